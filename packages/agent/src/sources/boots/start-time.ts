import type { LogHistory } from '../../volume/history.ts'
import type { Trail } from './trail.ts'

/** Where one start stands in the order of starts: its name, and when it was, as far as the log lets one conclude. */
export interface Start {
  /** The kernel's own word of its start, and the number of its first record where the clock had been there before. */
  bootId: string
  /** Milliseconds since 1970, by the clock as it was set later in this boot where it began wrong. */
  startedAt: number
  /** The clock lagged behind the boot before and nothing corrects it: no time may be subtracted across this start. */
  isClockLost: boolean
}

/** Windows writes records with the time of the event log's start before those of the kernel's, on slow machines so much later. */
const ORDER_NOISE_MS = 2 * 60_000
/** Clocks are set by less than this all the time. */
const SMALL_JUMP_MS = 60_000
/** The first boot of a log has none before it to compare with: a clock that is set by half a year was wrong. */
const ABSURD_JUMP_MS = 180 * 24 * 3_600_000
/** A firmware's clock that keeps local time lags by up to this, and starts as before: its boots can be compared. */
const MAX_ZONE_MS = 15 * 3_600_000

/**
 * Places the starts of a log, in its order. A firmware whose battery is empty begins at the same second each morning, so a
 * boot is not named by its clock alone; and its start is told by the clock as it was set later, else counted back from an
 * uptime, else it was not before the last record of the boot before it.
 */
export function placeStarts(trails: readonly Trail[], history: Pick<LogHistory, 'ids' | 'writtenAt'>): void {
  let before: Trail | undefined
  for (const trail of trails) {
    const logged = trail.kernelStart ?? trail.logStart
    if (logged !== undefined) {
      trail.start = place(trail, logged, lastAliveBefore(trail, history), before)
      before = trail
    }
  }
}

function place(trail: Trail, logged: number, lastAlive: number | undefined, before: Trail | undefined): Start {
  const lags = lastAlive !== undefined && logged < lastAlive - ORDER_NOISE_MS
  const beforeLogged = before?.kernelStart ?? before?.logStart
  const isRepeated =
    beforeLogged !== undefined && (logged === beforeLogged || logged <= byLastClock(before, beforeLogged))
  const bootId = lags || isRepeated ? `${iso(logged)}:${trail.firstRecord}` : iso(logged)
  // the kernel may tell its start in another zone than all records after it
  const written = trail.kernelWritten ?? logged
  const begun = Math.abs(written - logged) < SMALL_JUMP_MS ? logged : written
  const corrected = correctedStart(trail, begun, lastAlive)
  const isBefore = lastAlive !== undefined && corrected < lastAlive - ORDER_NOISE_MS
  if (corrected !== begun) return { bootId, startedAt: corrected, isClockLost: false }
  if (!isBefore && !isRepeated) return { bootId, startedAt: begun, isClockLost: false }
  const byUptime = trail.resumedFromFastStartup ? undefined : startByUptime(trail)
  if (byUptime !== undefined && byUptime >= (lastAlive ?? 0) - ORDER_NOISE_MS)
    return { bootId, startedAt: byUptime, isClockLost: false }
  const isZone = lastAlive !== undefined && lastAlive - begun <= MAX_ZONE_MS
  return { bootId, startedAt: isZone ? begun : Math.max(begun, lastAlive ?? 0), isClockLost: true }
}

/**
 * The start by the clock as it was set within the boot. Set back, it had run ahead; set forward, it had lagged if it began
 * before the end of the boot before, while a virtual machine that was paused is set forward too and began at the right time.
 */
function correctedStart(trail: Trail, begun: number, lastAlive: number | undefined): number {
  let start = begun
  for (const jump of trail.clockJumps) {
    if (Math.abs(jump) < SMALL_JUMP_MS) continue
    const lagged = lastAlive === undefined ? jump >= ABSURD_JUMP_MS : start < lastAlive - ORDER_NOISE_MS
    if (jump < 0 || lagged) start += jump
  }
  // set back to before the end of the boot before, whose own times are then of the wrong clock too: they stay together
  return lastAlive !== undefined && start < lastAlive - ORDER_NOISE_MS ? begun : start
}

/** A start by the clock as it was when that boot ended. */
function byLastClock(trail: Trail | undefined, logged: number): number {
  return (trail?.clockJumps ?? []).reduce((at, jump) => at + jump, logged)
}

/** Counted back from EventLog 6013, which tells the uptime in whole seconds. */
function startByUptime({ uptime }: Trail): number | undefined {
  return uptime && uptime.at - uptime.seconds * 1000
}

/** When anything was last written before a start, by the order of records; milliseconds since 1970. */
export function lastAliveBefore(
  trail: Pick<Trail, 'firstRecord'>,
  history: Pick<LogHistory, 'ids' | 'writtenAt'>,
): number | undefined {
  const index = indexBefore(trail.firstRecord, history.ids)
  return index < 0 ? undefined : history.writtenAt[index]
}

/** The place of the newest record before this one; -1 where there is none. */
export function indexBefore(recordId: number, ids: readonly number[]): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((ids[middle] ?? 0) < recordId) low = middle + 1
    else high = middle
  }
  return low - 1
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
