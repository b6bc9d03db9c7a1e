import { numberValue, type RegistryKey, textValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'
import { installedSensor, newestOf, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'
import { content, minuteOf, softwareKeys, unixToIso } from './software.ts'

const PRODUCT = /^(AVP|KES|KSWS|WSEE)/i

/**
 * Kaspersky: a key for each product version (`AVP21.3`, `KES21`), below `protected` in older versions (two sources);
 * `LastSuccessfulUpdate` in seconds since 1970 (one source). An upgrade leaves the older
 * key behind, so the newest counts. Its programs have numbers of their own, and the network agent is another product.
 */
export const kaspersky: SensorProduct = {
  name: 'kaspersky',
  services: ['AVP', 'avp.kes.21.15'],
  keys: ['SOFTWARE\\WOW6432Node\\KasperskyLab'],
  read: (volume) => {
    const found = products(volume).map((key) => {
      const environment = key.key('environment')
      const version = textValue(environment, 'Ins_ProductVersion') ?? textValue(environment, 'ProductVersion')
      return { version, updatedAt: unixToIso(numberValue(key.key('Data'), 'LastSuccessfulUpdate')) }
    })
    const version = newestOf(found.map((product) => product.version))
    const newest = found.find((product) => product.version === version)
    const updatedAt = newest?.updatedAt ?? found.find((product) => product.updatedAt)?.updatedAt
    return [
      ...installedSensor(volume, 'kaspersky', {
        services: ['AVP', 'AVP1*', 'AVP2*', 'AVP.*', 'kavfs'],
        hasOwnNumbers: true,
        stated: [
          () => version,
          registered(
            volume,
            /^(Kaspersky (Endpoint (?!Agent|Detection)|Security (?!Center)|Anti-Virus|Internet|Standard|Plus|Premium|Total|Free|Small Office|Embedded)|Антивирус Касперского)/i,
          ),
        ],
      }),
      ...content('kaspersky', updatedAt && minuteOf(updatedAt), updatedAt),
    ]
  },
}

function products(volume: Volume): RegistryKey[] {
  return ['KasperskyLab\\protected', 'KasperskyLab']
    .flatMap((path) => softwareKeys(volume, path))
    .flatMap((key) => [...key.keys()].filter(({ name }) => PRODUCT.test(name)))
}
