import { numberValue, type RegistryKey, textValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'
import type { SensorProduct } from './product.ts'
import { content, minuteOf, sensor, softwareKeys, unixToIso } from './software.ts'

const PRODUCT = /^(AVP|KES|KSWS|WSEE)/i

/**
 * Kaspersky: a key for each product version (`AVP21.3`, `KES21`), below `protected` in older versions (two sources);
 * `LastSuccessfulUpdate` in seconds since 1970 (one source).
 */
export const kaspersky: SensorProduct = {
  name: 'kaspersky',
  services: ['AVP', 'avp.kes.21.15', 'klnagent'],
  keys: ['SOFTWARE\\WOW6432Node\\KasperskyLab'],
  read: (volume) => {
    for (const key of products(volume)) {
      const environment = key.key('environment')
      const version = textValue(environment, 'ProductVersion') ?? textValue(environment, 'Ins_ProductVersion')
      const updatedAt = unixToIso(numberValue(key.key('Data'), 'LastSuccessfulUpdate'))
      const components = [
        ...sensor('kaspersky', version),
        ...content('kaspersky', updatedAt && minuteOf(updatedAt), updatedAt),
      ]
      if (components.length > 0) return components
    }
    return []
  },
}

function products(volume: Volume): RegistryKey[] {
  return ['KasperskyLab\\protected', 'KasperskyLab']
    .flatMap((path) => softwareKeys(volume, path))
    .flatMap((key) => [...key.keys()].filter(({ name }) => PRODUCT.test(name)))
}
