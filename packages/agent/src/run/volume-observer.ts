import type { ComponentKind } from '@pumphandle/shared/wire'
import { scanVolume } from '../scan.ts'
import { defender } from '../sources/sensors/defender.ts'
import { type LiveRegistry, Volume } from '../volume/volume.ts'
import type { Observer, Sight } from './observer.ts'
import { bootEvent, bootLoopEvent, crashEvent, name, newest, text, wireComponent } from './wire-facts.ts'

/** Of each kind, from the first look at a log that may hold years. */
const MAX_HISTORY = 500
/** Problems that the wire takes with an inventory. */
const MAX_PROBLEMS = 50
const SENSORS = [defender]

/**
 * Sees a volume through the agent's sources.
 *
 * @param folder root of the volume
 * @param live the registry of this very volume, where it is running
 */
export function createVolumeObserver(folder: string, live: (() => LiveRegistry) | undefined): Observer {
  return {
    places: {
      glance: [...new Set(SENSORS.flatMap(({ folders }) => folders ?? []))],
      look: ['Windows/Minidump', 'Windows/System32/winevt/Logs'],
    },
    look: () => look(folder, live),
    async glance() {
      const volume = new Volume(folder, live?.())
      const components = SENSORS.flatMap((product) => product.read(volume)).map(wireComponent)
      volume.close()
      return { components, complete: [] }
    },
  }
}

async function look(folder: string, live: (() => LiveRegistry) | undefined): Promise<Sight> {
  const facts = await scanVolume(folder, live ? { live: live() } : {})
  const components = facts.components.map(wireComponent)
  const osName = name(facts.osName)
  return {
    events: [
      ...newest(facts.crashes.map(crashEvent), MAX_HISTORY),
      ...newest(facts.boots.map(bootEvent), MAX_HISTORY),
      ...newest(facts.bootLoops.map(bootLoopEvent), MAX_HISTORY),
    ],
    components,
    complete: [...new Set(components.map(({ kind }): ComponentKind => kind))],
    inventory: {
      ...(osName !== undefined && { osName }),
      problems: facts.problems.slice(0, MAX_PROBLEMS).map(({ code, message, where }) => ({
        source: name(where) ?? 'volume',
        code: name(code) ?? 'unknown',
        message: text(message),
      })),
    },
    services: SENSORS.flatMap((product) => product.services.map((service) => ({ service, product: product.name }))),
  }
}
