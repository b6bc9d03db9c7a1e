import { findProgram } from '../system/uninstall.ts'
import type { SensorProduct } from './product.ts'
import { content, fileVersionAt, minuteOf, sensor, unixToIso } from './software.ts'

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
    const version =
      findProgram(volume, /^Bitdefender Endpoint Security/i)?.version ??
      fileVersionAt(volume, `${FOLDER}/product.console.exe`) ??
      fileVersionAt(volume, `${FOLDER}/EPSecurityService.exe`)
    const xml = volume.bytes(`${FOLDER}/update_statistics.xml`, MAX_STATISTICS)?.toString('utf8') ?? ''
    const antivirus = /<Antivirus\b[\s\S]*?<\/Antivirus>/i.exec(xml)?.[0] ?? xml
    const updatedAt = unixToIso(Number(/succtime="(\d{1,10})"/i.exec(antivirus)?.[1] ?? 0))
    return [...sensor('bitdefender', version), ...content('bitdefender', updatedAt && minuteOf(updatedAt), updatedAt)]
  },
}
