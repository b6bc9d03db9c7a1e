import type { SensorProduct } from './product.ts'
import { content, sensor, softwareText } from './software.ts'

const INFO = 'ESET\\ESET Security\\CurrentVersion\\Info'

/** ESET: `ProductVersion`, and `ScannerVersion` such as `12345 (20240401)` (two sources). */
export const eset: SensorProduct = {
  name: 'eset',
  services: ['ekrn'],
  keys: [`SOFTWARE\\${INFO}`],
  read: (volume) => {
    const scanner = /^(\d+)(?:\s*\((\d{4})(\d\d)(\d\d)\))?/.exec(softwareText(volume, INFO, 'ScannerVersion') ?? '')
    const at = scanner?.[2] ? `${scanner[2]}-${scanner[3]}-${scanner[4]}T00:00:00.000Z` : undefined
    return [...sensor('eset', softwareText(volume, INFO, 'ProductVersion')), ...content('eset', scanner?.[1], at)]
  },
}
