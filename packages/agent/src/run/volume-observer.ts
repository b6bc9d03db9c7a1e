import { hostname } from 'node:os'
import { bootsOf } from '../sources/boots/history.ts'
import { readTrails } from '../sources/boots/trail.ts'
import { type LiveRegistry, Volume } from '../volume/volume.ts'
import type { FirstSight, Observer } from './observer.ts'

/** Folders, inside the volume, where sensors and Windows leave what the agent must see at once. */
const GLANCE_PLACES = ['Windows/System32/drivers/CrowdStrike', 'Windows/System32/drivers']
const LOOK_PLACES = ['Windows/Minidump', 'Windows/System32/winevt/Logs']

export interface VolumeObserverOptions {
  /** Root of the volume. */
  folder: string
  /** The registry of this very volume, where it is running. */
  live?: () => LiveRegistry
  /** Milliseconds that Windows has been up: tells the start where no log can. Absent on a volume of files. */
  startedAt: number
}

/** Sees a volume through the agent's sources. */
export function createVolumeObserver({ folder, live, startedAt }: VolumeObserverOptions): Observer {
  return {
    places: { glance: GLANCE_PLACES, look: LOOK_PLACES },
    first: () => firstSight(folder, startedAt),
    look: async () => {
      const volume = new Volume(folder, live?.())
      volume.close()
      return { events: [], components: [], complete: [], inventory: {}, services: [] }
    },
    shutdownKind: () => 'shutdown',
    glance: async () => ({ components: [], complete: [] }),
  }
}

function firstSight(folder: string, startedAt: number): FirstSight {
  const volume = new Volume(folder)
  const history = volume.history().recentSystem()
  const boot = bootsOf(readTrails(history), history).at(-1)
  volume.close()
  if (boot === undefined) {
    const bootId = new Date(startedAt).toISOString()
    return { computerName: hostname(), boot: { bootId, startedAt, previousEnd: 'unknown' }, events: [] }
  }
  const at = Date.parse(boot.startedAt)
  const { bootId, safeMode, previous, start } = boot
  return {
    computerName: history.events.at(-1)?.computer.split('.')[0] ?? hostname(),
    boot: { bootId, startedAt: at, previousEnd: previous.end, ...(safeMode && { safeMode }) },
    events: [
      {
        id: `boot:${bootId}`,
        at,
        type: 'boot',
        bootId,
        start,
        ...(safeMode && { safeMode }),
        previous: {
          end: previous.end,
          ...(previous.at !== undefined && { at: Date.parse(previous.at) }),
          ...(previous.reason !== undefined && { reason: previous.reason }),
        },
      },
    ],
  }
}
