import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'

/**
 * One security product: where it keeps the versions of its sensor (the program) and of its content (what it downloads by
 * itself), and what to watch so that a change is seen the moment it lands.
 */
export interface SensorProduct {
  /** Its id in the table of security products: the component name of the sensor; contents are `name/part`. */
  readonly name: string
  /** Windows services whose state tells whether it runs. */
  readonly services: readonly string[]
  /** Folders inside the volume whose changes mean a new version. */
  readonly folders?: readonly string[]
  /** Registry keys below HKLM whose changes mean a new version. */
  readonly keys?: readonly string[]
  /** What is installed, empty if the product is not there. Never throws. */
  read(volume: Volume): ComponentFact[]
}
