import type { SensorProduct } from './product.ts'
import { sensor, softwareText } from './software.ts'

/** Webroot (two sources): version only; what it knows of malware is kept in its maker's cloud. */
export const webroot: SensorProduct = {
  name: 'webroot',
  services: ['WRSVC', 'WRSkyClient'],
  keys: ['SOFTWARE\\WOW6432Node\\WRData\\Status'],
  read: (volume) => sensor('webroot', softwareText(volume, 'WRData\\Status', 'Version')),
}
