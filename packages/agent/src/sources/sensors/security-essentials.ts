import { filetimeToFact } from '../../formats/filetime.ts'
import { filetimeValue } from '../../formats/regf/registry.ts'
import { installedSensor, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'
import { content, softwareKeys, softwareText } from './software.ts'

const UPDATES = 'Microsoft\\Microsoft Antimalware\\Signature Updates'

/** Microsoft Security Essentials and System Center Endpoint Protection, on Windows 7 (two sources). */
export const securityEssentials: SensorProduct = {
  name: 'security-essentials',
  services: ['MsMpSvc'],
  keys: [`SOFTWARE\\${UPDATES}`],
  read: (volume) => {
    const updated = softwareKeys(volume, UPDATES)
      .map((key) => filetimeValue(key, 'SignaturesLastUpdated'))
      .find((ticks) => ticks !== undefined)
    const at = updated === undefined ? undefined : filetimeToFact(updated)
    return [
      ...installedSensor(volume, 'security-essentials', {
        services: securityEssentials.services,
        programs: ['Program Files/Microsoft Security Client/MsMpEng.exe'],
        stated: [registered(volume, /^(Microsoft Security Essentials|System Center.*Endpoint Protection)/i)],
      }),
      ...content('security-essentials', softwareText(volume, UPDATES, 'AVSignatureVersion'), at),
      ...content('security-essentials/engine', softwareText(volume, UPDATES, 'EngineVersion')),
    ]
  },
}
