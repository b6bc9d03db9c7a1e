import type { Volume } from '../../volume/volume.ts'
import { installedSensor, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'
import { content, softwareNumber, softwareText } from './software.ts'

const ENS = 'McAfee\\Endpoint\\AV'
const CONTENT = 'McAfee\\AVSolution\\DS\\DS'
const VSE = 'McAfee\\DesktopProtection'
const VSE_ENGINE = 'McAfee\\AVEngine'

/**
 * Trellix (McAfee) Endpoint Security, else the older VirusScan Enterprise, which keeps everything in the 32-bit view
 * (two sources each). Its services are modules with numbers of their own.
 */
export const trellix: SensorProduct = {
  name: 'trellix',
  services: ['mfemms', 'mfefire', 'McShield'],
  keys: [`SOFTWARE\\${CONTENT}`, `SOFTWARE\\WOW6432Node\\${VSE_ENGINE}`],
  read: (volume) => {
    const version = softwareText(volume, ENS, 'ProductVersion')
    const build = softwareText(volume, ENS, 'BuildNumber') ?? softwareNumber(volume, ENS, 'BuildNumber')?.toString()
    const full = version && build && !version.endsWith(`.${build}`) ? `${version}.${build}` : version
    return [
      ...installedSensor(volume, 'trellix', {
        services: trellix.services,
        hasOwnNumbers: true,
        stated: [
          () => full,
          () => softwareText(volume, VSE, 'szProductVer'),
          registered(volume, /^(McAfee|Trellix) (Endpoint Security (Threat|Platform)|VirusScan Enterprise)/i),
          // what comes with new laptops, of the same maker's services
          registered(
            volume,
            /^McAfee[®+]? ?(\(R\) )?($|LiveSafe|Total Protection|Internet Security|Security(?! Scan)|AntiVirus)/i,
          ),
        ],
      }),
      ...content(
        'trellix',
        dat(volume, CONTENT, 'dwContentMajorVersion', 'dwContentMinorVersion') ??
          dat(volume, VSE_ENGINE, 'AVDatVersion', 'AVDatVersionMinor'),
        day(volume),
      ),
    ]
  },
}

function dat(volume: Volume, key: string, major: string, minor: string): string | undefined {
  const number = softwareNumber(volume, key, major)
  return number === undefined ? undefined : `${number}.${softwareNumber(volume, key, minor) ?? 0}`
}

function day(volume: Volume): string | undefined {
  const text = softwareText(volume, CONTENT, 'szContentCreationDate') ?? softwareText(volume, VSE_ENGINE, 'AVDatDate')
  const parts = /^(\d{4})[-/](\d\d)[-/](\d\d)/.exec(text ?? '')
  return parts ? `${parts[1]}-${parts[2]}-${parts[3]}T00:00:00.000Z` : undefined
}
