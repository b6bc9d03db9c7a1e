import type { Scales } from '../counts/scales.ts'
import {
  ABSENT,
  BOOT,
  type ClassId,
  LONG_GONE,
  LONG_RETURN_SECONDS,
  LOSS,
  NO_RETURN,
  REPORTED,
  SITE,
} from '../words/classes.ts'
import { type FailureRecord, isLate, weightOf } from '../words/failure.ts'
import type { FactId } from '../words/ids.ts'
import type { Incident } from './incident.ts'

/** The memory (12 hours) over which an incident's slow restarts are counted. */
const HALF_DAY = 2

const PRESUMED: ReadonlySet<ClassId> = new Set<ClassId>([LOSS, SITE, NO_RETURN, LONG_GONE, ABSENT, BOOT, REPORTED])

/** Known by silence, or by what people say: it may yet turn out to have been alive. */
export function isPresumed(record: FailureRecord): boolean {
  return record.crashKind === null && record.classes.every((cls) => PRESUMED.has(cls))
}

/** Back from a restart within the time that a long one may take. */
export function isBackSoon({ classes, failedAt, backAt }: FailureRecord): boolean {
  return !classes.includes(ABSENT) && backAt > 0 && backAt - failedAt <= LONG_RETURN_SECONDS
}

/** Silent for minutes, and back with the same boot: what it lost was its network, or it slept. */
export function ranOn(record: FailureRecord): boolean {
  return record.backAt > 0 && isPresumed(record) && !isLate(record)
}

/**
 * Whether those that ran on did not fail: an update may cut machines off, but where more are known to have failed otherwise
 * than ran on, it was something else.
 * @param more failures that are about to join
 */
export function isNotCutOff({ confirmed, alive }: Incident, more: readonly FailureRecord[] = []): boolean {
  const known = new Set(more.filter((record) => !isPresumed(record)).map(({ machine }) => machine))
  const running = new Set(more.flatMap((record) => (ranOn(record) && !alive.has(record.machine) ? record.machine : [])))
  return confirmed + known.size > alive.size + running.size
}

/** Restarts of the suspect's machines that normally take longer than ten minutes, and less than an hour. */
export function slowRestarts(scales: Scales, fact: FactId): number {
  const late = scales.background(fact, NO_RETURN, HALF_DAY).expected
  return Math.max(0, late - scales.background(fact, LONG_GONE, HALF_DAY).expected)
}

/**
 * Machines that are back late, counted as restarts are: all of a practice for a few, and each for less as time passes. Whole
 * machines against that would say of any fleet with large practices that somebody had mended them.
 */
export function backLate(records: Iterable<FailureRecord>, now: number): number {
  let back = 0
  for (const record of records) back += weightOf(record, NO_RETURN, HALF_DAY, now)
  return back
}
