import type { LogHistory } from '../../volume/history.ts'
import { buildOfBoot } from '../builds.ts'
import type { Boot, BootEnd } from './boot.ts'
import { indexBefore, lastAliveBefore, lastHeardBefore } from './start-time.ts'
import { isReportLate, type Trail } from './trail.ts'

/** The boots that a log tells of, oldest first. Boots known only from a dump are added where crashes are joined. */
export function bootsOf(trails: readonly Trail[], history: LogHistory): Boot[] {
  const boots: Boot[] = []
  for (const [index, trail] of trails.entries()) {
    const { start } = trail
    if (start === undefined) continue
    const next = trails[index + 1]
    const ending = endingOf(trail, next, history)
    const endedAt = ending.at === undefined ? undefined : ending.at + (start.endShift ?? 0)
    boots.push({
      bootId: start.bootId,
      startedAt: iso(start.startedAt),
      ...(start.isClockLost ? { isClockLost: true as const } : {}),
      ...(start.ownClock === undefined ? {} : { clockSaid: iso(start.ownClock) }),
      endedAt: endedAt === undefined ? null : iso(endedAt),
      end: ending.end,
      ...(ending.reason ? { endReason: ending.reason } : {}),
      start: startOf(trail),
      ...safeModeOf(trail),
      previous: previousOf(trails[index - 1], trail, history),
      ...osOf(trail, boots.at(-1)),
      seenIn: 'event-log',
    })
  }
  return boots
}

/** A kernel that was resumed is that of the session before. */
function osOf({ os, release, resumedFromFastStartup }: Trail, before: Boot | undefined): Pick<Boot, 'os'> {
  const known = os ? buildOfBoot(os, release) : resumedFromFastStartup ? before?.os : undefined
  return known === undefined ? {} : { os: known }
}

interface Ending {
  end: BootEnd
  at?: number | undefined
  reason?: string
}

function endingOf(trail: Trail, next: Trail | undefined, history: LogHistory): Ending {
  // What the kernel says of its own end holds, whatever a start that left no trace in the log did after it.
  const kernelStop = trail.kernelStop ?? next?.aboutPrevious.kernelStop
  if (kernelStop !== undefined) return { end: 'clean', at: kernelStop, ...requestReason(trail) }
  if (!next)
    return trail.logStop === undefined
      ? { end: 'unknown' }
      : { end: 'clean', at: trail.logStop, ...requestReason(trail) }
  const lastAlive = lastAliveBefore(next, history)
  const unclean = uncleanEnding(next, history, trail)
  if (unclean) return unclean
  if (next.resumedFromFastStartup) return { end: 'clean', at: lastAlive, reason: 'shut down with fast start-up' }
  if (trail.logStop !== undefined) return { end: 'clean', at: trail.logStop, ...requestReason(trail) }
  if (trail.kernelGoesDown) return { end: 'clean', at: lastAlive, ...requestReason(trail) }
  const { lastShutdownGood } = next.aboutPrevious
  const asleep = diedAsleep(trail, lastAlive)
  if (lastShutdownGood === true) return { end: 'clean', at: lastAlive }
  if (lastShutdownGood === false) return { end: 'unexpected', at: lastAlive, ...(asleep && { reason: asleep }) }
  if (!isContiguous(next, history)) return { end: 'unknown', at: lastAlive, reason: 'records are missing from the log' }
  return { end: 'unexpected', at: lastAlive, reason: asleep ?? 'the log breaks off without a shutdown' }
}

/** What a start says of the end before it: Kernel-Power 41, event 1001, EventLog 6008. */
function uncleanEnding(next: Trail, history: LogHistory, trail?: Trail): Ending | undefined {
  const lastAlive = lastAliveBefore(next, history)
  const at = lastHeardBefore(next, history)
  if (next.aboutPrevious.bugchecks.length > 0 && !isReportLate(next, trail)) return { end: 'bugcheck', at }
  // the kernel that fast start-up kept was discarded, so that the start was a cold one: the machine was shut down all the same
  if (trail?.power === 'shut-down' && !next.aboutPrevious.powerButton)
    return { end: 'clean', at: lastAlive, reason: 'shut down with fast start-up' }
  return next.aboutPrevious.unclean
    ? { end: 'unexpected', at, reason: uncleanReason(next, trail, lastAlive) }
    : undefined
}

function previousOf(before: Trail | undefined, trail: Trail, history: LogHistory): Boot['previous'] {
  if (!before) return previousOfFirst(trail)
  const { end, at, reason } = uncleanEnding(trail, history, before) ?? endingOf(before, trail, history)
  const shift = before.start?.endShift ?? 0
  return { end, ...(at === undefined ? {} : { at: iso(at + shift) }), ...(reason ? { reason } : {}) }
}

/** The boot before the log begins, of which only its successor tells. */
function previousOfFirst(trail: Trail): Boot['previous'] {
  const about = trail.aboutPrevious
  if (about.bugchecks.length > 0 && !isReportLate(trail, undefined)) return { end: 'bugcheck' }
  if (about.unclean) return { end: 'unexpected', reason: uncleanReason(trail, undefined, undefined) }
  if (about.kernelStop !== undefined) return { end: 'clean', at: iso(about.kernelStop) }
  if (trail.resumedFromFastStartup || about.lastShutdownGood) return { end: 'clean' }
  return { end: 'unknown' }
}

/** Why a boot ended that somebody ended by the power button. */
export const FORCED_OFF = 'forced off with the power button'

/** Kernel-Power 41 knows of a sleep it interrupted on some machines only; the records before it know on all. */
function uncleanReason(next: Trail, trail: Trail | undefined, lastAlive: number | undefined): string {
  const { powerButton, sleepInProgress, standbyInProgress, isTooHot } = next.aboutPrevious
  if (isTooHot) return 'switched off by Windows, as the machine was too hot'
  if (powerButton) return FORCED_OFF
  const asleep = trail && diedAsleep(trail, lastAlive)
  if (standbyInProgress) return UNWOKEN.standby
  return asleep ?? (sleepInProgress ? UNWOKEN.asleep : 'power cut, hang or reset')
}

const UNWOKEN = {
  standby: 'did not wake from standby',
  hibernating: 'did not wake from hibernation',
  asleep: 'did not wake from sleep',
}

/** The state in which a machine was last heard of, where it was none that it shuts down in; undefined where it was awake. */
function diedAsleep(trail: Trail, lastAlive: number | undefined): string | undefined {
  const { power } = trail
  if (power === 'standby') return UNWOKEN.standby
  if (wasAwake(trail, lastAlive)) return undefined
  return power === 'hibernating' || power === 'asleep' ? UNWOKEN[power] : undefined
}

/** How long Windows takes to go to sleep; what is written later was written by a machine that woke without a word. */
const FALLING_ASLEEP_MS = 5 * 60_000

function wasAwake({ powerAt }: Trail, lastAlive: number | undefined): boolean {
  return powerAt !== undefined && lastAlive !== undefined && lastAlive - powerAt > FALLING_ASLEEP_MS
}

function requestReason(trail: Trail): { reason?: string } {
  const request = trail.shutdownRequest
  return request ? { reason: `asked for by ${request.process}, reason ${request.reasonCode}` } : {}
}

function startOf(trail: Trail): Boot['start'] {
  if (trail.resumedFromFastStartup) return 'fast-startup'
  // Fast start-up came with Windows 8 (build 9200); before it every start is a cold one.
  if (trail.coldStart || (trail.os && Number.parseInt(trail.os, 10) < 9200)) return 'cold'
  return 'unknown'
}

/** BootMode of Kernel-General 12: 0 normal, 1 Safe Mode, 2 Safe Mode with Networking; or what the boot loader was told. */
function safeModeOf({ bootMode, safeBoot }: Trail): { safeMode?: 'minimal' | 'network' } {
  if (safeBoot) return { safeMode: safeBoot }
  if (bootMode === '1') return { safeMode: 'minimal' }
  return bootMode === '2' ? { safeMode: 'network' } : {}
}

/** Whether no record is missing between a start's first record and the one before it. */
function isContiguous(trail: Trail, history: LogHistory): boolean {
  return history.ids[indexBefore(trail.firstRecord, history.ids)] === trail.firstRecord - 1
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
