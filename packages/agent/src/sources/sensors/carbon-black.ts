import { installedSensor, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'

/**
 * VMware Carbon Black, EDR and Cloud: its presence is known from two sources, a place for the version from none, so it is
 * the program's own or the uninstall entry's.
 */
export const carbonBlack: SensorProduct = {
  name: 'carbon-black',
  services: ['CbDefense', 'CarbonBlack'],
  folders: ['Program Files/Confer'],
  read: (volume) =>
    installedSensor(volume, 'carbon-black', {
      services: carbonBlack.services,
      programs: ['Program Files/Confer/RepMgr.exe', 'Windows/CarbonBlack/cb.exe'],
      stated: [
        registered(volume, /^(VMware )?(Carbon Black (Cloud|EDR|Sensor)|CarbonBlack Sensor|Cb (Defense|Response))/i),
      ],
    }),
}
