import { findProgram } from '../system/uninstall.ts'
import type { SensorProduct } from './product.ts'
import { sensor, softwareText } from './software.ts'

/**
 * Palo Alto Cortex XDR: `Product Version` (two sources). Its content version is told by a program only (cytool, one
 * source), which is not run.
 */
export const cortex: SensorProduct = {
  name: 'cortex',
  services: ['cyserver'],
  keys: ['SOFTWARE\\Cyvera\\Client'],
  read: (volume) =>
    sensor(
      'cortex',
      softwareText(volume, 'Cyvera\\Client', 'Product Version') ?? findProgram(volume, /^Cortex XDR/i)?.version,
    ),
}
