import { installedSensor, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'
import { content, softwareText } from './software.ts'

const INFO = 'ESET\\ESET Security\\CurrentVersion\\Info'

/**
 * ESET: `ProductVersion`, and `ScannerVersion` such as `12345 (20240401)` (two sources). Its programs
 * are modules with numbers of their own.
 */
export const eset: SensorProduct = {
  name: 'eset',
  services: ['ekrn'],
  keys: [`SOFTWARE\\${INFO}`],
  read: (volume) => {
    const scanner = /^(\d+)(?:\s*\((\d{4})(\d\d)(\d\d)\))?/.exec(softwareText(volume, INFO, 'ScannerVersion') ?? '')
    const at = scanner?.[2] ? `${scanner[2]}-${scanner[3]}-${scanner[4]}T00:00:00.000Z` : undefined
    return [
      ...installedSensor(volume, 'eset', {
        services: eset.services,
        hasOwnNumbers: true,
        stated: [
          () => softwareText(volume, INFO, 'ProductVersion'),
          registered(
            volume,
            /^ESET (Endpoint|Server|File|Mail|NOD32|Internet|Smart|Security|Small Business|Home|Safe)/i,
          ),
        ],
      }),
      ...content('eset', scanner?.[1], at),
    ]
  },
}
