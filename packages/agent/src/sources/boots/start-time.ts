import type { LogHistory } from '../../volume/history.ts'
import type { Trail } from './trail.ts'
import { MAX_ZONE_MS } from './zone.ts'

/** Where one start stands in the order of starts: its name, and when it was, as far as the log lets one conclude. */
export interface Start {
  /** The kernel's own word of its start, and the number of its first record where the clock had been there before. */
  bootId: string
  /** Milliseconds since 1970, by the clock as it was set later in this boot where it began wrong. */
  startedAt: number
  /** The clock lagged behind the boot before and nothing corrects it: no time may be subtracted across this start. */
  isClockLost: boolean
  /** When it was by its own clock, where that is not believed; milliseconds since 1970. */
  ownClock?: number
  /** What is to be added to times of this boot's end, so that they are by the clock that `startedAt` is by; milliseconds. */
  endShift?: number
}

/** Windows writes records with the time of the event log's start before those of the kernel's, on slow machines so much later. */
export const ORDER_NOISE_MS = 2 * 60_000
/** Clocks are set by less than this all the time. */
const SMALL_JUMP_MS = 60_000
/** The first boot of a log has none before it to compare with: a clock that is set by half a year was wrong. */
const ABSURD_JUMP_MS = 180 * 24 * 3_600_000

/**
 * Places the starts of a log, in its order. A firmware whose battery is empty begins at the same second each morning, so a
 * boot is not named by its clock alone; and its start is told by the clock as it was set later, else counted back from an
 * uptime, else it was not before the last record of the boot before it.
 *
 * @returns those whose start is logged
 */
export function placeStarts(trails: readonly Trail[], history: Pick<LogHistory, 'ids' | 'writtenAt'>): Placed[] {
  let before: Trail | undefined
  for (const trail of trails) {
    const logged = trail.kernelStart ?? trail.logStart
    if (logged !== undefined) {
      trail.start = place(trail, logged, lastAliveBefore(trail, history), before)
      before = trail
    }
  }
  const placed = trails.filter((trail): trail is Placed => trail.start !== undefined)
  alignEnds(placed, history)
  return placed
}

/** So many boots with a clock ahead and no trace of when it was set so: more, and it was set back wrongly at the end. */
export const MAX_AHEAD = 12

/**
 * A clock that was set back to before the end of the boot before had run ahead in the boots before it too: since the log
 * begins, or since it was set forward or began ahead. They keep their order and lengths by moving with it. Where it was set
 * forward again later, it was set back wrongly, and the boots between are those that move. Where neither can be told, the
 * boot's end is told by the clock of its start.
 */
function alignEnds(placed: readonly Placed[], history: Pick<LogHistory, 'ids' | 'writtenAt'>): void {
  for (let index = placed.length - 1; index >= 0; index--) {
    const trail = placed[index]
    const back = trail && setBackBy(trail, history)
    if (trail === undefined || back === undefined) continue
    // by a few hours a clock is set right from another zone, and set forward as a virtual machine goes on after a pause
    const isFar = -back > MAX_ZONE_MS
    const again = placed.findIndex((later, at) => isFar && at > index && isAbout(setForwardBy(later), -back))
    if (again >= 0) moveBetween(placed, index, again, -back)
    else moveBefore(placed, index, back, history)
  }
}

/** A trail whose start is logged. */
export type Placed = Trail & { start: Start }

/** By how much a clock was set back to before the boot's own start could be; negative, undefined where it was not. */
function setBackBy(trail: Placed, history: Pick<LogHistory, 'ids' | 'writtenAt'>): number | undefined {
  const back = trail.clockJumps.filter((jump) => jump <= -SMALL_JUMP_MS).reduce((sum, jump) => sum + jump, 0)
  const forward = setForwardBy(trail)
  const lastAlive = lastAliveBefore(trail, history)
  const net = back + forward
  // set back and forward again within one boot: it went on by the clock that it began with
  if (back === 0 || lastAlive === undefined || net > -SMALL_JUMP_MS || isAbout(forward, -back)) return undefined
  const begun = trail.kernelWritten ?? trail.kernelStart ?? trail.logStart ?? 0
  // where it could be set right, it was when the start was placed
  return begun + net < lastAlive - ORDER_NOISE_MS && begun >= lastAlive - ORDER_NOISE_MS ? net : undefined
}

function setForwardBy({ clockJumps }: Trail): number {
  return clockJumps.filter((jump) => jump >= SMALL_JUMP_MS).reduce((sum, jump) => sum + jump, 0)
}

/** Within a quarter: between two settings of a clock time goes on, and nobody sets it to the second. */
function isAbout(a: number, b: number): boolean {
  return Math.abs(a - b) <= Math.abs(b) / 4
}

function moveBetween(placed: readonly Placed[], from: number, to: number, by: number): void {
  for (const [index, { start }] of placed.entries()) {
    if (index > from && index <= to) start.startedAt += by
    if (index >= from && index < to) start.endShift = (start.endShift ?? 0) + by
  }
}

function moveBefore(
  placed: readonly Placed[],
  index: number,
  by: number,
  history: Pick<LogHistory, 'ids' | 'writtenAt'>,
): void {
  let first = index
  let isExplained = false
  while (!isExplained && first > 0) {
    const before = placed[first - 1]
    const trail = placed[first]
    if (before === undefined || trail === undefined) break
    // what ended before this boot began by the clock as it was set was not ahead
    const ended = lastAliveBefore(trail, history) ?? 0
    if (ended <= trail.start.startedAt + by + ORDER_NOISE_MS) isExplained = true
    else if (isAbout(setForwardBy(before), -by)) {
      before.start.endShift = (before.start.endShift ?? 0) + by
      isExplained = true
    } else first--
  }
  if (!isExplained && index - first > MAX_AHEAD) {
    const { start } = placed[index] ?? {}
    if (start) start.endShift = (start.endShift ?? 0) - by
    return
  }
  for (const [at, { start }] of placed.entries()) {
    if (at < first || at > index) continue
    start.startedAt += by
    if (at < index) start.endShift = (start.endShift ?? 0) + by
  }
}

function place(trail: Trail, logged: number, lastAlive: number | undefined, before: Trail | undefined): Start {
  const lags = lastAlive !== undefined && logged < lastAlive - ORDER_NOISE_MS
  const beforeLogged = before?.kernelStart ?? before?.logStart
  const isRepeated =
    beforeLogged !== undefined && (logged === beforeLogged || logged <= byLastClock(before, beforeLogged))
  const bootId = lags || isRepeated ? `${iso(logged)}:${trail.firstRecord}` : iso(logged)
  const begun = begunAt(trail) ?? logged
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

/** A boot's start by the clock that its first records have: the kernel may tell it in another zone than all records after it. */
export function begunAt(trail: Trail): number | undefined {
  const logged = trail.kernelStart ?? trail.logStart
  const written = trail.kernelWritten ?? logged
  if (logged === undefined || written === undefined) return undefined
  return Math.abs(written - logged) < SMALL_JUMP_MS ? logged : written
}

/** Whether a clock was set by no more than clocks are all the time. */
export function isSmallJump(ms: number): boolean {
  return Math.abs(ms) < SMALL_JUMP_MS
}

/**
 * The start by the clock as it was set within the boot. Set back, it had run ahead; set forward, it had lagged if it began
 * before the end of the boot before, while a virtual machine that was paused is set forward too and began at the right time.
 */
function correctedStart(trail: Trail, begun: number, lastAlive: number | undefined): number {
  let start = begun
  for (const jump of trail.clockJumps) {
    if (isSmallJump(jump)) continue
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

/** When the boot before a start was last known to run: by its last record, or by what the start says of that, if it can be. */
export function lastHeardBefore(trail: Trail, history: Pick<LogHistory, 'ids' | 'writtenAt'>): number | undefined {
  const written = lastAliveBefore(trail, history)
  const { aliveAt } = trail.aboutPrevious
  const started = Math.max(trail.logStart ?? 0, trail.start?.startedAt ?? 0)
  if (written === undefined || aliveAt === undefined || aliveAt > started) return written
  return Math.max(written, aliveAt)
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
