import { decodeFile } from '../../formats/text.ts'
import { installedSensor, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'
import { content, minuteOf, unixToIso } from './software.ts'

const FOLDER = 'Program Files/Bitdefender/Endpoint Security'
const MAX_STATISTICS = 65_536

/**
 * Bitdefender GravityZone: the console program's file version (its command line, one source, starts a process, so it is
 * not used); content by the last successful update in update_statistics.xml (two sources).
 */
export const bitdefender: SensorProduct = {
  name: 'bitdefender',
  services: ['EPSecurityService', 'EPProtectedService'],
  folders: [FOLDER],
  read: (volume) => {
    const xml = decodeFile(volume.bytes(`${FOLDER}/update_statistics.xml`, MAX_STATISTICS))
    const antivirus = /<Antivirus\b[\s\S]*?<\/Antivirus>/i.exec(xml)?.[0] ?? xml
    const updatedAt = unixToIso(Number(/succtime="(\d{1,10})"/i.exec(antivirus)?.[1] ?? 0))
    return [
      ...installedSensor(volume, 'bitdefender', {
        services: bitdefender.services,
        programs: [`${FOLDER}/product.console.exe`, `${FOLDER}/EPSecurityService.exe`],
        stated: [registered(volume, /^Bitdefender Endpoint Security/i)],
      }),
      ...content('bitdefender', updatedAt && minuteOf(updatedAt), updatedAt),
    ]
  },
}
