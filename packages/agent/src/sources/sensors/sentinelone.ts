import { textValue } from '../../formats/regf/registry.ts'
import type { Volume } from '../../volume/volume.ts'
import { installedSensor, registered } from './installed.ts'
import type { SensorProduct } from './product.ts'

const FOLDER = 'Program Files/SentinelOne'
const NAMED = /Sentinel Agent (\d+(?:\.\d+){2,3})/i

/**
 * SentinelOne names its folder by its version (two sources); it has no signatures. The monitor's `InProcessClientsDir`
 * (one source) and the service's path name the folder in use where an old one was left behind.
 */
export const sentinelone: SensorProduct = {
  name: 'sentinelone',
  services: ['SentinelAgent', 'SentinelMonitor'],
  folders: [FOLDER],
  read: (volume) =>
    installedSensor(volume, 'sentinelone', {
      services: ['SentinelAgent'],
      stated: [() => inUse(volume), () => newestFolder(volume), registered(volume, /^Sentinel Agent/i)],
    }),
}

function inUse(volume: Volume): string | undefined {
  const services = volume.controlSet()?.key('Services')
  const paths = [
    textValue(services?.key('SentinelAgent'), 'ImagePath'),
    textValue(services?.key('SentinelMonitor\\Config'), 'InProcessClientsDir'),
  ]
  return paths.map((path) => NAMED.exec(path ?? '')?.[1]).find((version) => version !== undefined)
}

function newestFolder(volume: Volume): string | undefined {
  const folders = volume.list(FOLDER).filter(({ name, isFolder }) => isFolder && NAMED.test(name))
  const newest = folders.sort((a, b) => b.modifiedAt - a.modifiedAt)[0]
  return NAMED.exec(newest?.name ?? '')?.[1]
}
