import { installedSensor, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'
import { softwareText } from './software.ts'

/** Webroot (two sources): version only; what it knows of malware is kept in its maker's cloud. */
export const webroot: SensorProduct = {
  name: 'webroot',
  services: ['WRSVC', 'WRSkyClient'],
  keys: ['SOFTWARE\\WOW6432Node\\WRData\\Status'],
  read: (volume) =>
    installedSensor(volume, 'webroot', {
      services: webroot.services,
      programs: ['Program Files/Webroot/WRSA.exe', 'Program Files (x86)/Webroot/WRSA.exe'],
      stated: [
        () => softwareText(volume, 'WRData\\Status', 'Version'),
        registered(volume, /^(Webroot (SecureAnywhere|Business|Endpoint)|OpenText Core Endpoint)/i),
      ],
    }),
}
