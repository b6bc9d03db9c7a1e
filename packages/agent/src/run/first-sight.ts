import { hostname } from 'node:os'
import type { AgentEvent, EventOf, Hello } from '@pumphandle/shared/wire'
import type { Boot } from '../sources/boots/boot.ts'
import { readStarts } from '../sources/boots/starts.ts'
import { Volume } from '../volume/volume.ts'
import { bootEvent, crashEvent, name, newest } from './wire-facts.ts'

/** What the first second says: this boot, and the crash before it if there was one. */
export interface FirstSight {
  computerName: string
  boot: Hello['boot']
  events: AgentEvent[]
}

/** A crash this long before the newest start belongs to the story of that start. */
const FIRST_CRASH_MS = 24 * 3_600_000
/** Uptime counts from a little after the kernel logs its start. */
const SAME_START_MS = 120_000
/** Crashes in the first frame: a boot loop has many, and the newest say enough. */
const FIRST_CRASHES = 3

/**
 * Reads files alone, not the live registry: its library takes longer to load than everything else here. Never throws: the
 * agent must connect, whatever the disk is like.
 *
 * @param isLive whether the volume is the running Windows' own
 * @param startedAt when this computer started, by its uptime: stands in where no log tells. Milliseconds since 1970
 */
export function readFirstSight(folder: string, isLive: boolean, startedAt: number): FirstSight {
  const volume = new Volume(folder)
  try {
    const { boots, crashes } = readStarts(volume, 'recent').facts
    const logged = boots.at(-1)
    const isLogged = logged !== undefined && isThisBoot(logged, isLive, startedAt)
    const boot = isLogged ? helloBoot(logged) : bootByUptime(startedAt, logged)
    const named = volume.history().recentSystem().events.at(-1)?.computer.split('.')[0]
    // a crash whose own boot lies before the part of the log that was read would get another id than later
    const isTold = ({ at, bootId }: EventOf<'crash'>): boolean =>
      bootId !== undefined && boot.startedAt - at < FIRST_CRASH_MS
    const recent = crashes.map(crashEvent).filter(isTold)
    return {
      computerName: name(isLive ? hostname() : (named ?? hostname())) ?? 'unknown',
      boot,
      events: [...newest(recent, FIRST_CRASHES), ...(isLogged ? [bootEvent(logged)] : [])],
    }
  } catch {
    return { computerName: hostname(), boot: bootByUptime(startedAt, undefined), events: [] }
  } finally {
    volume.close()
  }
}

/**
 * Whether the newest boot that is known is the one under way. Windows starts the event log's service about when it starts the
 * agent: the file may not hold this boot yet, and a crash may have left a dump and nothing in the log.
 */
function isThisBoot(boot: Boot, isLive: boolean, startedAt: number): boolean {
  if (boot.seenIn !== 'event-log') return false
  return !isLive || Date.parse(boot.startedAt) > startedAt - SAME_START_MS
}

function helloBoot(boot: Boot): FirstSight['boot'] {
  const { bootId, previous, safeMode } = boot
  const startedAt = Date.parse(boot.startedAt)
  return { bootId, startedAt, previousEnd: previous.end, ...(safeMode && { safeMode }) }
}

/** This boot by the computer's own count of its uptime; how the one before it ended is known where a dump tells. */
function bootByUptime(startedAt: number, before: Boot | undefined): FirstSight['boot'] {
  return { bootId: new Date(startedAt).toISOString(), startedAt, previousEnd: before?.end ?? 'unknown' }
}
