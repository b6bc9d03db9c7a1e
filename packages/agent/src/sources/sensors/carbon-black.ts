import { findProgram } from '../system/uninstall.ts'
import type { SensorProduct } from './product.ts'
import { fileVersionAt, sensor } from './software.ts'

/**
 * VMware Carbon Black, EDR and Cloud: its presence is known from two sources, a place for the version from none, so it is
 * the uninstall entry's or the program's own.
 */
export const carbonBlack: SensorProduct = {
  name: 'carbon-black',
  services: ['CbDefense', 'CarbonBlack'],
  folders: ['Program Files/Confer'],
  read: (volume) =>
    sensor(
      'carbon-black',
      findProgram(volume, /^(VMware )?(Carbon Black|Cb Defense)/i)?.version ??
        fileVersionAt(volume, 'Program Files/Confer/RepMgr.exe') ??
        fileVersionAt(volume, 'Windows/CarbonBlack/cb.exe'),
    ),
}
