import { installedSensor, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'

/**
 * Huntress EDR, which watches beside another antivirus: the file version of its agent (two sources: its maker's deployment
 * script names program and services, scripts of its customers the version). Its other services have numbers of their own. Its
 * folder is not watched: it writes its logs there all day.
 */
export const huntress: SensorProduct = {
  name: 'huntress',
  services: ['HuntressAgent', 'HuntressRio'],
  read: (volume) =>
    installedSensor(volume, 'huntress', {
      services: ['HuntressAgent'],
      programs: ['Program Files/Huntress/HuntressAgent.exe', 'Program Files (x86)/Huntress/HuntressAgent.exe'],
      stated: [registered(volume, /^Huntress( Managed| EDR)?( Agent)?$/i)],
    }),
}
