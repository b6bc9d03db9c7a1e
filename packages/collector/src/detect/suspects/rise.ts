import type { Ledger, Scales } from '../counts/scales.ts'
import { MEMORIES, type MemoryId } from '../numbers/memory.ts'
import { DAY, HOUR } from '../numbers/seconds.ts'
import { type FailureRecord, isOf, voteOf } from '../words/failure.ts'
import type { FactId } from '../words/ids.ts'
import type { Subject } from '../words/subject.ts'

/** How long before a fact came its machines are looked at: as long as it is old, within these bounds. Seconds. */
const LEAST_BEFORE = HOUR
const LONGEST_BEFORE = 3 * DAY
/** A fact older than this many memories is judged by its own time, of which little is left from before it came. */
const LONGEST_AGE = 2.5

/** Pseudo-failures on both sides of a ratio, so that none in a short time is not never. */
const PSEUDO_FAILURES = 2

/**
 * How many times as often as expected the machines of a fact's component (with any of its versions) failed just before the
 * fact came; at least 1. A rise that had begun is not its doing: of a leak in a sensor, each content of the day arrives
 * on machines that fail already.
 * @param records failures of the subject, newest first, as far back as {@link lookBack} says, without those that another
 * open incident explains
 */
export function riseBefore(
  { ledger, scales }: { readonly ledger: Ledger; readonly scales: Scales },
  fact: FactId,
  subject: Subject,
  j: MemoryId,
  records: readonly FailureRecord[],
  now: number,
): number {
  const slot = ledger.exposure.slots.find(fact)
  if (slot < 0) return 1
  const born = ledger.exposure.born(slot)
  const age = now - born
  if (age <= 0 || age >= LONGEST_AGE * MEMORIES[j]) return 1
  const before = Math.min(LONGEST_BEFORE, Math.max(LEAST_BEFORE, age))
  const family = new Set(ledger.facts.namesakes(fact))
  let earlier = 0
  for (const record of records) {
    if (record.failedAt >= born || record.failedAt < born - before || !isOf(record, subject)) continue
    if (hasOneOf(record, family)) earlier += voteOf(record, subject, j)
  }
  if (earlier === 0) return 1
  let expected = 0
  for (const version of family) expected += scales.expectedOfHolders(version, subject, j, before)
  return riseOf(earlier, expected)
}

/** How many times as often as expected something was seen: posterior mean with {@link PSEUDO_FAILURES}; at least 1. */
export function riseOf(observed: number, expected: number): number {
  return Math.max(1, (PSEUDO_FAILURES + observed) / (PSEUDO_FAILURES + expected))
}

/** Since when failures are asked for, seconds epoch. */
export function lookBack(j: MemoryId, now: number): number {
  return now - LONGEST_AGE * MEMORIES[j] - LONGEST_BEFORE
}

function hasOneOf(record: FailureRecord, family: ReadonlySet<FactId>): boolean {
  for (const fact of record.facts) if (family.has(fact)) return true
  return false
}
