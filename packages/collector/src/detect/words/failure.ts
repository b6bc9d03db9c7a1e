import { MEMORIES, type MemoryId } from '../numbers/memory.ts'
import { DAY } from '../numbers/seconds.ts'
import { ARRIVAL_SLACK, type FRESH, inWindow, LEFT, type WITHIN_DAY, type WindowId } from './ages.ts'
import { ABSENT, type ClassId, LONG_GONE, NO_RETURN } from './classes.ts'
import { type FactId, type Ids, ids, type MachineId, type RegionId, type SiteId } from './ids.ts'
import type { CrashKind } from './observation.ts'
import { isMark, type Mark, type Subject } from './subject.ts'

/** One vote: its weights by memory, and what must be put back when it is taken back. */
export interface Vote {
  readonly weights: readonly number[]
  readonly machineBefore: number
  readonly siteBefore: number
  /** The practice's effective number of failures by memory, as it was at its vote before. */
  readonly effectBefore: readonly number[]
}

/** A fact that had come lately to some machines of the practice, and not to others, when one of them failed. */
export interface Beside {
  readonly fact: FactId
  readonly window: typeof FRESH | typeof WITHIN_DAY
  /** Of the practice's machines that were there, those that had it: between 0 and 1, both excluded. */
  readonly share: number
  /** Whether the one that failed had it. */
  readonly had: boolean
}

/** A failure was counted, or is explained by an incident (and so not counted), or was taken back. */
type FailureState = 'counted' | 'explained' | 'gone'

/** One failure of one machine as the detector keeps it. Times in seconds epoch. */
export interface FailureRecord {
  readonly machine: MachineId
  readonly site: SiteId
  readonly region: RegionId
  readonly failedAt: number
  readonly knownAt: number
  /** Class indices for which it is a vote, and the vote for each. */
  readonly classes: readonly ClassId[]
  readonly votes: readonly Vote[]
  /** The mark under which it counts, or null. */
  readonly mark: Mark | null
  readonly crashKind: CrashKind | null
  readonly stopCode: number | null
  readonly culprit: string | null
  /** The machine's facts at the failure, their ages in seconds (Infinity: before we looked), and those it had lost. */
  facts: Ids<FactId>
  ages: Float32Array
  readonly former: Ids<FactId>
  readonly formerAges: Float32Array
  /** How it compares with its neighbours; empty for classes that are not compared so. */
  beside: readonly Beside[]
  /** The machine's crash before this one, seconds epoch; 0 for none. */
  readonly previousCrash: number
  state: FailureState
  /**
   * When the machine, late from a restart or a night, or silent and running on, was back by itself, seconds epoch; 0 while
   * it is not.
   */
  backAt: number
  /** The incident that explains it; 0 for none. */
  incident: number
}

/** Two reports of a machine's crashes within this are of one crash: no machine starts and crashes again so soon. */
export const SAME_CRASH_SECONDS = 60

/** A machine that crashed this recently before a fact arrived was failing without it. */
const FAILING_SECONDS = 14 * DAY

/** The machine had one more fact when it failed, of this age: it had no time to say so. */
export function addFact(record: FailureRecord, fact: FactId, age: number): void {
  record.facts = ids([...record.facts, fact])
  record.ages = Float32Array.of(...record.ages, age)
}

/** Known by not having come back, from a restart or from a night. */
export function isLate(record: FailureRecord): boolean {
  return record.classes.some((cls) => cls === NO_RETURN || cls === LONG_GONE || cls === ABSENT)
}

/** Age of a fact on the machine that failed, seconds; Infinity for before we looked, NaN when it had it not. */
export function ageOf(record: FailureRecord, fact: FactId): number {
  const i = record.facts.indexOf(fact)
  return i < 0 ? Number.NaN : (record.ages[i] ?? Number.NaN)
}

/** Whether it had the fact, or had lost it within a day. */
export function hadFact(record: FailureRecord, fact: FactId, window: WindowId): boolean {
  if (window === LEFT) return record.former.includes(fact)
  return inWindow(ageOf(record, fact), window)
}

/** Whether it is one of the subject's failures. */
export function isOf(record: FailureRecord, subject: Subject): boolean {
  return isMark(subject) ? record.mark?.key === subject.key : record.classes.includes(subject)
}

/** The vote's weight for a class (for a mark: the first) under a memory, as it was cast. */
export function voteOf(record: FailureRecord, subject: Subject, j: MemoryId): number {
  const k = isMark(subject) ? 0 : record.classes.indexOf(subject)
  return record.votes[k]?.weights[j] ?? 0
}

/** The same, decayed to `now`. */
export function weightOf(record: FailureRecord, subject: Subject, j: MemoryId, now: number): number {
  return voteOf(record, subject, j) * Math.exp(-(now - record.knownAt) / (MEMORIES[j] ?? 1))
}

/** Whether the machine was failing already before a fact of this age arrived: then the fact is not to blame. */
export function wasFailingBefore(record: FailureRecord, age: number): boolean {
  const { previousCrash, failedAt } = record
  return (
    previousCrash > 0 && previousCrash > failedAt - FAILING_SECONDS && previousCrash < failedAt - age - ARRIVAL_SLACK
  )
}
