import { decodeFile } from '../../formats/text.ts'
import { installedSensor, registered } from './installed.ts'
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
    const status = parseJson(decodeFile(volume.bytes(`${STATUS}/Status.json`, MAX_STATUS)))
    return installedSensor(volume, 'cylance', {
      services: cylance.services,
      programs: ['Program Files/Cylance/Desktop/CylanceSvc.exe'],
      stated: [
        () => jsonText(status, 'ProductInfo', 'version'),
        registered(volume, /^(Cylance ?(PROTECT|Smart|Unified|ENDPOINT)|Aurora (Protect|Endpoint))/i),
      ],
    })
  },
}
