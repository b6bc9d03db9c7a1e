import { hostname } from 'node:os'
import type { ComponentKind } from '@pumphandle/shared/wire'
import { scanVolume } from '../scan.ts'
import { readStarts } from '../sources/boots/starts.ts'
import { defender } from '../sources/sensors/defender.ts'
import { timeOf } from '../volume/history.ts'
import { type LiveRegistry, Volume } from '../volume/volume.ts'
import type { FirstSight, Observer, Sight } from './observer.ts'
import { bootEvent, bootLoopEvent, crashEvent, name, newest, text, wireComponent } from './wire-facts.ts'

export interface VolumeObserverOptions {
  /** Root of the volume. */
  folder: string
  /** The registry of this very volume, where it is running. */
  live?: (() => LiveRegistry) | undefined
  /** When this computer started, by its uptime: stands in where no log tells. Milliseconds since 1970. */
  startedAt: number
}

/** A crash this long before the newest start belongs to the story of that start. */
const FIRST_CRASH_MS = 24 * 3_600_000
/** Crashes in the first frame: a boot loop has many, and the newest say enough. */
const FIRST_CRASHES = 3
/** Of each kind, from the first look at a log that may hold years. */
const MAX_HISTORY = 500
/** Windows writes why it goes down (User32 1074) seconds before it does. */
const SHUTDOWN_REQUEST_MS = 5 * 60_000

/** Sees a volume through the agent's sources. */
export function createVolumeObserver({ folder, live, startedAt }: VolumeObserverOptions): Observer {
  return {
    places: {
      glance: [...new Set(SENSORS.flatMap(({ folders }) => folders ?? []))],
      look: ['Windows/Minidump', 'Windows/System32/winevt/Logs'],
    },
    first: () => firstSight(folder, live !== undefined, startedAt),
    look: () => look(folder, live),
    async glance() {
      const volume = new Volume(folder, live?.())
      const components = SENSORS.flatMap((product) => product.read(volume)).map(wireComponent)
      volume.close()
      return { components, complete: [] }
    },
    shutdownKind: () => shutdownKind(folder),
  }
}

const SENSORS = [defender]

/**
 * Reads files alone, not the live registry: its library takes longer to load than everything else here. Never throws: the
 * agent must connect, whatever the disk is like.
 */
function firstSight(folder: string, isLive: boolean, startedAt: number): FirstSight {
  const volume = new Volume(folder)
  try {
    const { boots, crashes } = readStarts(volume, 'recent').facts
    const boot = boots.at(-1)
    const newestEvent = volume.history().recentSystem().events.at(-1)
    const computerName = (isLive ? undefined : newestEvent?.computer.split('.')[0]) ?? hostname()
    if (boot === undefined) return { computerName, boot: bootByUptime(startedAt), events: [] }
    const event = bootEvent(boot)
    const recent = crashes.map(crashEvent).filter(({ at }) => event.at - at < FIRST_CRASH_MS)
    return {
      computerName: name(computerName) ?? 'unknown',
      boot: {
        bootId: boot.bootId,
        startedAt: event.at,
        previousEnd: event.previous.end,
        ...(boot.safeMode && { safeMode: boot.safeMode }),
      },
      events: [...newest(recent, FIRST_CRASHES), event],
    }
  } catch {
    return { computerName: hostname(), boot: bootByUptime(startedAt), events: [] }
  } finally {
    volume.close()
  }
}

function bootByUptime(startedAt: number): FirstSight['boot'] {
  return { bootId: new Date(startedAt).toISOString(), startedAt, previousEnd: 'unknown' }
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
      problems: facts.problems.slice(0, 50).map(({ code, message, where }) => ({
        source: name(where) ?? 'volume',
        code: name(code) ?? 'unknown',
        message: text(message),
      })),
    },
    services: SENSORS.flatMap((product) => product.services.map((service) => ({ service, product: product.name }))),
  }
}

function shutdownKind(folder: string): 'shutdown' | 'restart' {
  const volume = new Volume(folder)
  try {
    const { events } = volume.history().recentSystem()
    const newestAt = events.length > 0 ? timeOf(events[events.length - 1] as (typeof events)[number]) : 0
    const request = events.findLast(({ provider, eventId }) => eventId === 1074 && /^user32$/i.test(provider))
    if (request === undefined || newestAt - timeOf(request) > SHUTDOWN_REQUEST_MS) return 'shutdown'
    return request.data.some(([, value]) => /^(restart|reboot)$/i.test(value.trim())) ? 'restart' : 'shutdown'
  } catch {
    return 'shutdown'
  } finally {
    volume.close()
  }
}
