import { findProgram } from '../system/uninstall.ts'
import { installedSensor } from './installed.ts'
import { jsonText, parseJson } from './json.ts'
import type { SensorProduct } from './product.ts'

const STATUS = 'ProgramData/Cylance/Status'
const MAX_STATUS = 262_144

/** Cylance: `ProductInfo.version` in Status.json (two sources); it has no definitions. */
export const cylance: SensorProduct = {
  name: 'cylance',
  services: ['CylanceSvc'],
  folders: [STATUS],
  read: (volume) => {
    const status = parseJson(
      volume
        .bytes(`${STATUS}/Status.json`, MAX_STATUS)
        ?.toString('utf8')
        .replace(/^\uFEFF/, '') ?? '',
    )
    return installedSensor(volume, 'cylance', {
      services: cylance.services,
      programs: ['Program Files/Cylance/Desktop/CylanceSvc.exe'],
      stated: [
        () => jsonText(status, 'ProductInfo', 'version'),
        () => findProgram(volume, /^Cylance ?(PROTECT|Smart|Unified)/i)?.version,
      ],
    })
  },
}
