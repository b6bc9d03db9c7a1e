import type { Volume } from '../../volume/volume.ts'
import { findProgram } from '../system/uninstall.ts'
import type { SensorProduct } from './product.ts'
import { content, sensor, softwareNumber, softwareText } from './software.ts'

const MISC = 'TrendMicro\\PC-cillinNTCorp\\CurrentVersion\\Misc.'

/**
 * Trend Micro Apex One and Worry-Free (two sources). A pattern number is major × 100000 + minor × 100 + revision, written
 * `19.435.00`; `PatternDate` is yyyymmdd.
 */
export const trend: SensorProduct = {
  name: 'trend',
  services: ['ntrtscan', 'TmListen', 'ds_agent'],
  keys: [`SOFTWARE\\${MISC}`, `SOFTWARE\\WOW6432Node\\${MISC}`],
  read: (volume) => {
    const version =
      softwareText(volume, MISC, 'TmListen_Ver') ??
      findProgram(volume, /^Trend Micro (Apex One|OfficeScan|Worry-Free)/i)?.version
    return [...sensor('trend', version), ...content('trend', pattern(volume), patternDay(volume))]
  },
}

function pattern(volume: Volume): string | undefined {
  const number =
    softwareNumber(volume, MISC, 'InternalNonCrcPatternVer') ?? softwareNumber(volume, MISC, 'InternalPatternVer')
  if (!number) return undefined
  const [major, minor, revision] = [Math.floor(number / 100_000), Math.floor((number % 100_000) / 100), number % 100]
  return `${major}.${String(minor).padStart(3, '0')}.${String(revision).padStart(2, '0')}`
}

function patternDay(volume: Volume): string | undefined {
  const day = softwareText(volume, MISC, 'NonCrcPatternDate') ?? softwareText(volume, MISC, 'PatternDate')
  const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(day ?? '')
  return parts ? `${parts[1]}-${parts[2]}-${parts[3]}T00:00:00.000Z` : undefined
}
