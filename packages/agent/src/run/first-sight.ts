import { hostname } from 'node:os'
import type { AgentEvent, EventOf, Hello } from '@pumphandle/shared/wire'
import type { Boot } from '../sources/boots/boot.ts'
import { readStarts } from '../sources/starts/starts.ts'
import { Volume } from '../volume/volume.ts'
import { asTold, learn, type Told, tell, toldBefore } from './told.ts'
import { bootEvent, byPresentClock, crashEvent, name, newest } from './wire-facts.ts'

/** What the first second says: this boot, and the crash before it if there was one. */
export interface FirstSight {
  computerName: string
  boot: Hello['boot']
  events: AgentEvent[]
  /** What the log did not have yet is remembered under the ids that were told, and how the collector was reached. */
  told: Told
}

/** Where and how a first second looks. */
export interface Scene {
  /** Root of the volume. */
  volume: string
  /** Whether the volume is the running Windows' own. */
  isLive: boolean
  /** When this computer started, by its uptime: stands in where no log tells. Milliseconds since 1970. */
  startedAt: number
  /** The time by this computer's clock. */
  now: number
  /** Where this machine's agent remembers what it told; absent for another machine's disk. */
  dataFolder?: string | undefined
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
 */
export function readFirstSight({ volume: folder, isLive, startedAt, now, dataFolder }: Scene): FirstSight {
  const before = toldBefore(dataFolder, startedAt, now)
  const volume = new Volume(folder, undefined, undefined, dataFolder === undefined ? undefined : (before.logs ?? {}))
  try {
    const { boots, crashes } = readStarts(volume, 'recent').facts
    const logged = (isLive ? byPresentClock(boots) : boots).at(-1)
    const { writtenAt, ids } = volume.history().recentSystem()
    const isOurs = !isLive || (writtenAt.at(-1) ?? 0) <= now + SAME_START_MS
    const isLogged = logged !== undefined && isOurs && isThisBoot(logged, isLive, startedAt, now)
    const found = crashes.map(crashEvent)
    const known = learn(before, [...found, ...(isLogged ? [bootEvent(logged)] : [])])
    const boot = isLogged
      ? helloBoot(logged, known)
      : bootByUptime(startedAt, logged, known, isOurs ? undefined : ids.at(-1))
    const told = {
      id: boot.bootId,
      startedAt: boot.startedAt,
      uptimeMs: now - startedAt,
      newestRecord: ids.at(-1) ?? 0,
    }
    const named = volume.history().recentSystem().events.at(-1)?.computer.split('.')[0]
    // a crash whose own boot lies before the part of the log that was read would get another id than later
    const isTold = ({ at, bootId }: EventOf<'crash'>): boolean =>
      bootId !== undefined && boot.startedAt - at < FIRST_CRASH_MS
    const recent = newest(found.map((crash) => asTold(known, crash)).filter(isTold), FIRST_CRASHES)
    return {
      computerName: name(isLive ? hostname() : (named ?? hostname())) ?? 'unknown',
      boot,
      events: [...recent, ...(isLogged ? [asTold(known, bootEvent(logged))] : [])],
      told: isLogged ? known : tell(known, told, recent),
    }
  } catch {
    const boot = bootByUptime(startedAt, undefined, before)
    const told = { id: boot.bootId, startedAt, uptimeMs: now - startedAt, newestRecord: 0 }
    return { computerName: hostname(), boot, events: [], told: tell(before, told, []) }
  } finally {
    volume.close()
  }
}

/**
 * Whether the newest boot that is known is the one under way. Windows starts the event log's service about when it starts the
 * agent: the file may not hold this boot yet, and a crash may have left a dump and nothing in the log. A log that was written
 * later than now is of the boot before, and the clock has stood still since.
 */
function isThisBoot(boot: Boot, isLive: boolean, startedAt: number, now: number): boolean {
  if (boot.seenIn !== 'event-log') return false
  const at = Date.parse(boot.startedAt)
  return !isLive || (at > startedAt - SAME_START_MS && at <= now + SAME_START_MS)
}

function helloBoot(boot: Boot, told: Told): FirstSight['boot'] {
  const { previous, safeMode } = boot
  const { bootId } = asTold(told, bootEvent(boot))
  const startedAt = Date.parse(boot.startedAt)
  return { bootId, startedAt, previousEnd: previous.end, ...(safeMode && { safeMode }) }
}

/**
 * This boot by the computer's own count of its uptime; how the one before it ended is known where a fresh dump tells.
 *
 * @param laterRecord the newest record of a log that was written later than now: the clock has been here before
 */
function bootByUptime(
  startedAt: number,
  before: Boot | undefined,
  told: Told,
  laterRecord?: number,
): FirstSight['boot'] {
  const id = `${new Date(startedAt).toISOString()}${laterRecord === undefined ? '' : `:${laterRecord + 1}`}`
  const { id: bootId, startedAt: at } = told.boot ?? { id, startedAt }
  const isNear = startedAt - Date.parse(before?.endedAt ?? '') < FIRST_CRASH_MS
  return {
    bootId,
    startedAt: at,
    previousEnd: before && (isNear || before.seenIn === 'event-log') ? before.end : 'unknown',
  }
}
