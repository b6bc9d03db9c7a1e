import type { LogHistory } from '../../volume/history.ts'
import { begunAt, isSmallJump, lastAliveBefore, MAX_AHEAD, ORDER_NOISE_MS, type Placed } from './start-time.ts'
import { MAX_ZONE_MS } from './zone.ts'

type History = Pick<LogHistory, 'ids' | 'writtenAt'>

/**
 * Starts that lie far behind the end of the boot before, by a clock that nothing in the log set. Where a later boot catches up,
 * the clock was lost for as long, and the boots between follow each other from the end of the last right one. Where none does
 * and the start fits behind an older boot, or its clock can be believed, those between had run ahead (their clock was set right in
 * the firmware), and end before it. Else nothing tells which are right, and it follows. None ends before it starts.
 */
export function alignLostClocks(placed: readonly Placed[], history: History): void {
  for (let index = 1; index < placed.length; index++) {
    const trail = placed[index]
    const ended = endedBefore(placed, index, history)
    const begun = trail && begunAt(trail)
    if (trail === undefined || ended === undefined || begun === undefined || isExplained(trail, begun)) continue
    if (begun >= ended - MAX_ZONE_MS) continue
    const caughtUp = placed.findIndex((later, at) => at > index && (begunAt(later) ?? 0) >= ended - ORDER_NOISE_MS)
    if (caughtUp < 0 && moveAhead(placed, index, begun, ended, history)) trail.start.startedAt = begun
    else if (isMoved(placed[index - 1]) && goesOn(placed, index, history))
      follow(trail, placed[index - 1]?.start.endShift)
    else if (caughtUp >= 0) moveTo(trail, ended)
    else if (trail.start.startedAt !== begun) moveTo(trail, trail.start.startedAt)
  }
}

/** Whether a boot began behind the end of the boot before by the same clock, which was not set in either. */
function goesOn(placed: readonly Placed[], index: number, history: History): boolean {
  const trail = placed[index]
  const begun = trail && begunAt(trail)
  const lastAlive = trail && lastAliveBefore(trail, history)
  const hasOneClock = [placed[index - 1], trail].every((one) => one?.clockJumps.every(isSmallJump))
  return hasOneClock && begun !== undefined && lastAlive !== undefined && begun >= lastAlive - ORDER_NOISE_MS
}

function isMoved(trail: Placed | undefined): boolean {
  return trail?.start.ownClock !== undefined
}

/** To where the boot before was moved, whose clock it has: between the two the time is known. */
function follow(trail: Placed, endShift = 0): void {
  const ownClock = begunAt(trail) ?? trail.start.startedAt
  trail.start = { ...trail.start, startedAt: ownClock + endShift, endShift, ownClock }
}

/** Whether its own log, or that of a boot beside it, tells when its clock was set, or its uptime when it started. */
function isExplained({ clockJumps, start }: Placed, begun: number): boolean {
  if (start.endShift !== undefined || clockJumps.some((jump) => !isSmallJump(jump))) return true
  return start.startedAt !== begun && !start.isClockLost
}

/** The whole of a boot, which began by its clock, to a start of another time. */
function moveTo(trail: Placed, startedAt: number): void {
  const { start } = trail
  start.endShift = startedAt - (begunAt(trail) ?? startedAt)
  start.startedAt = startedAt
  start.isClockLost = true
  start.ownClock = startedAt - start.endShift
}

/** When the boot before the one at `index` was last known to run, by the clock that its start is told by. */
function endedBefore(placed: readonly Placed[], index: number, history: History): number | undefined {
  const trail = placed[index]
  const lastAlive = trail && lastAliveBefore(trail, history)
  return lastAlive === undefined ? undefined : lastAlive + (placed[index - 1]?.start.endShift ?? 0)
}

/**
 * Moves the boots before `index` that had run ahead, so that the last of them ends as that one begins.
 *
 * @returns whether there are such: boots behind an older one that `begun` follows, with room between; or, where the log begins
 * with them, boots before one whose clock can be believed
 */
function moveAhead(placed: readonly Placed[], index: number, begun: number, ended: number, history: History): boolean {
  let first = index
  while (first > 0 && (placed[first - 1]?.start.startedAt ?? 0) > begun) first--
  const older = first > 0 ? endedBefore(placed, first, history) : undefined
  const ahead = placed.slice(first, index)
  if (
    ahead.length === 0 ||
    ahead.length > MAX_AHEAD ||
    ahead.some((one) => one.isClockAgreed === true || isExplained(one, one.start.startedAt))
  )
    return false
  const by = begun - ended
  const hasRoom = (ahead[0]?.start.startedAt ?? 0) + by >= (older ?? 0) - ORDER_NOISE_MS
  if (!hasRoom || (older === undefined && !isBelieved(placed, index, history))) return false
  for (const { start } of ahead) {
    start.startedAt += by
    start.endShift = (start.endShift ?? 0) + by
    start.isClockLost = true
  }
  return true
}

/** An empty battery may keep its time from one start to the next, within a boot loop or a morning. */
const KEPT_MS = 24 * 3_600_000

/**
 * Whether a clock is right that lies behind the boot before and that nothing in the log set: Windows' time service agrees with it, in this
 * boot or one that went on by the same clock; or it was kept for a day and longer, over a start.
 */
function isBelieved(placed: readonly Placed[], index: number, history: History): boolean {
  const begun = placed[index]?.start && begunAt(placed[index])
  for (let at = index; at < placed.length && (at === index || goesOn(placed, at, history)); at++) {
    const trail = placed[at]
    if (trail === undefined || begun === undefined) return false
    if (trail.isClockAgreed || (begunAt(trail) ?? 0) - begun >= KEPT_MS) return true
  }
  return false
}
