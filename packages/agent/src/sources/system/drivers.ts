import type { Volume } from '../../volume/volume.ts'
import type { ComponentFact } from '../component.ts'
import { fileVersionOf } from '../file-version.ts'
import type { Source } from '../source.ts'
import { isDriver, readServices, startName } from './services.ts'

/** Windows PCs in practices have 60 to 120 drivers of other makers; an inventory holds 500 components in all. */
const MAX_DRIVERS = 200
const DISABLED = 4

/** Kernel drivers not made by Microsoft, with file version, company and start type; disabled ones cannot break anything. */
export const driversSource: Source<ComponentFact[]> = {
  name: 'drivers',
  read: async (volume) => ({ facts: readDrivers(volume), problems: [] }),
}

function readDrivers(volume: Volume): ComponentFact[] {
  const drivers = new Map<string, ComponentFact>()
  for (const service of readServices(volume)) {
    if (!isDriver(service) || service.start >= DISABLED || !service.path || drivers.size >= MAX_DRIVERS) continue
    const name = service.path.split('/').at(-1)?.toLowerCase() ?? ''
    if (name === '' || drivers.has(name)) continue
    const file = fileVersionOf(volume, service.path)
    if (!file || /microsoft/i.test(file.company ?? '')) continue
    const detail: Record<string, string> = { start: startName(service), service: service.name }
    if (file.company) detail['company'] = file.company
    if (file.product) detail['product'] = file.product
    drivers.set(name, { kind: 'driver', name, version: file.version, at: null, detail })
  }
  return [...drivers.values()]
}
