import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import { installedSensor, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'
import { content, softwareNumber, softwareText } from './software.ts'

const MISC = 'TrendMicro\\PC-cillinNTCorp\\CurrentVersion\\Misc.'

/**
 * Trend Micro Apex One, Worry-Free (two sources) and Deep Security Agent (one source). A pattern number is major × 100000 + minor × 100 + revision, written
 * `19.435.00`; `PatternDate` is yyyymmdd.
 */
export const trend: SensorProduct = {
  name: 'trend',
  services: ['ntrtscan', 'TmListen', 'ds_agent'],
  keys: [`SOFTWARE\\${MISC}`, `SOFTWARE\\WOW6432Node\\${MISC}`],
  read: (volume) => {
    const sensors = [...apexOne(volume), ...deepSecurity(volume)]
    const inUse = sensors.find(({ detail }) => detail?.['state'] === undefined) ?? sensors[0]
    return [...(inUse ? [inUse] : []), ...content('trend', pattern(volume), patternDay(volume))]
  },
}

/** `TmListen_Ver` is the version as its maker tells it; the programs' own differ in form. */
function apexOne(volume: Volume): ComponentFact[] {
  return installedSensor(volume, 'trend', {
    services: ['ntrtscan', 'TmListen'],
    hasOwnNumbers: true,
    stated: [
      () => softwareText(volume, MISC, 'TmListen_Ver'),
      registered(volume, /^Trend (Micro (Apex One|OfficeScan|Worry-Free|(Endpoint )?Security Agent)|Vision One)/i),
    ],
  })
}

/** Deep Security Agent, on servers: service `ds_agent` (one source). */
function deepSecurity(volume: Volume): ComponentFact[] {
  return installedSensor(volume, 'trend', {
    services: ['ds_agent'],
    programs: ['Program Files/Trend Micro/Deep Security Agent/dsa.exe'],
    stated: [registered(volume, /^Trend Micro Deep Security Agent/i)],
    detail: { product: 'Trend Micro Deep Security Agent' },
  })
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
