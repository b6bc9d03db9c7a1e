import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'

/**
 * One security product: where it keeps the versions of its sensor (the program) and of its content (what it downloads by
 * itself), and what to watch so that a change is seen the moment it lands.
 */
export interface SensorProduct {
  /** Component name of the sensor; contents are `name/part`. */
  readonly name: string
  readonly title: string
  /** Windows services whose state tells whether it runs. */
  readonly services: readonly string[]
  /** File names of its kernel drivers, by which a disk without its other traces still tells that it is there. */
  readonly drivers?: RegExp
  /** Folders inside the volume whose changes mean a new version. */
  readonly folders?: readonly string[]
  /** Registry keys below HKLM whose changes mean a new version. */
  readonly keys?: readonly string[]
  /** What is installed, empty if the product is not there. Never throws. */
  read(volume: Volume): ComponentFact[]
}
