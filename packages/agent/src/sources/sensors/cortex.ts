import { installedSensor, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'
import { softwareText } from './software.ts'

/**
 * Palo Alto Cortex XDR: `Product Version` (two sources). Its content version is told by a program only (cytool, one
 * source), which is not run.
 */
export const cortex: SensorProduct = {
  name: 'cortex',
  services: ['cyserver'],
  keys: ['SOFTWARE\\Cyvera\\Client'],
  read: (volume) =>
    installedSensor(volume, 'cortex', {
      services: cortex.services,
      programs: ['Program Files/Palo Alto Networks/Traps/cyserver.exe'],
      stated: [
        () => softwareText(volume, 'Cyvera\\Client', 'Product Version'),
        registered(volume, /^(Cortex XDR|Traps\b)/i),
      ],
    }),
}
