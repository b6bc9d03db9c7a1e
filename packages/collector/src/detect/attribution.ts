import { ABSENT, PER_TIME, rule } from './classes.ts'
import type { FailureRecord } from './failure.ts'
import type { Incident, Seen } from './incident.ts'
import type { Scales } from './scales.ts'

/** Failures must be this many times what is normal among exposed machines: then half and more are the suspect's doing. */
const LEAST_EXCESS = 2
/** The memory that the background of an incident is taken over, by the incident's age in seconds. */
const HOUR = 3600
/** A burst: at least this many lately, and this many times the normal, where an incident began long before. Seconds. */
const LATELY = 300
const LEAST_BURST = 4
const BURST_EXCESS = 3
/** The first minute of an incident is taken whole. */
const LEAST_SECONDS = 60

/**
 * Machines that have the suspect also fail for other reasons. A crash that names the incident's culprit is the
 * incident's; of failures that say nothing of their cause, one is taken to be the incident's while there are at least
 * twice as many as its exposed machines normally have, which is to say that the attributable fraction among the exposed,
 * 1 − expected/observed (Miettinen, Am J Epidemiol 1974), is at least a half. Restarts and boots are left out: their
 * denominators run ahead of the failures by the time a machine has to come back.
 */
export function saysNothing(record: FailureRecord): boolean {
  const cls = record.classes[0]
  return record.crashKind === null && cls !== undefined && (rule(cls).denominator === PER_TIME || cls === ABSENT)
}

/** One more failure of a class. */
export function seeing(before: Seen | undefined, now: number): Seen {
  const { total, lately, at } = before ?? { total: 0, lately: 0, at: now }
  return { total: total + 1, lately: lately * Math.exp(-(now - at) / LATELY) + 1, at: now }
}

/** Whether the failures of the record's class, this one among them, are more than the background explains. */
export function isExcess(incident: Incident, record: FailureRecord, seen: Seen, scales: Scales, now: number): boolean {
  const cls = record.classes[0] ?? 0
  const lasted = now - incident.firstFailure + LEAST_SECONDS
  const j = lasted <= HOUR ? 1 : lasted <= 12 * HOUR ? 2 : 3
  const normal = scales.background(incident.fact, cls, j)
  const isTime = rule(cls).denominator === PER_TIME
  const expected = isTime ? Math.min(normal.expected, normal.perSecond * lasted) : normal.expected
  if (seen.total >= LEAST_EXCESS * expected) return true
  return isTime && seen.lately >= LEAST_BURST && seen.lately >= BURST_EXCESS * normal.perSecond * LATELY
}
