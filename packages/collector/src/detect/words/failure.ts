import { MEMORIES } from '../numbers/memory.ts'
import { ARRIVAL_SLACK, inWindow, LEFT } from './ages.ts'
import { MARK } from './classes.ts'
import type { CrashKind } from './observation.ts'

/** One vote: its weights by memory, and what must be put back when it is taken back. */
export interface Vote {
  readonly weights: readonly number[]
  readonly machineBefore: number
  readonly siteBefore: number
  /** The practice's effective number of failures by memory, as it was at its vote before. */
  readonly effectBefore: readonly number[]
}

/** A failure was counted, or is explained by an incident (and so not counted), or was taken back. */
type FailureState = 'counted' | 'explained' | 'gone'

/** One failure of one machine as the detector keeps it. Times in seconds epoch. */
export interface FailureRecord {
  readonly machine: number
  readonly site: number
  readonly region: number
  readonly failedAt: number
  readonly knownAt: number
  /** Class indices for which it is a vote, and the vote for each. */
  readonly classes: readonly number[]
  readonly votes: readonly Vote[]
  /** The mark under which it counts (phase and culprit), or null. */
  readonly mark: string | null
  readonly crashKind: CrashKind | null
  readonly stopCode: number | null
  readonly culprit: string | null
  /** The machine's facts at the failure, their ages in seconds (Infinity: before we looked), and those it had lost. */
  readonly facts: Int32Array
  readonly ages: Float32Array
  readonly former: Int32Array
  readonly formerAges: Float32Array
  /** The machine's crash before this one, seconds epoch; 0 for none. */
  readonly previousCrash: number
  state: FailureState
  /** The incident that explains it; 0 for none. */
  incident: number
}

/** Two reports of a machine's crashes within this are of one crash: no machine starts and crashes again so soon. */
export const SAME_CRASH_SECONDS = 60

/** A machine that crashed this recently before a fact arrived was failing without it. */
const FAILING_SECONDS = 14 * 86_400

/** Age of a fact on the machine that failed, seconds; Infinity for before we looked, NaN when it had it not. */
export function ageOf(record: FailureRecord, fact: number): number {
  const i = record.facts.indexOf(fact)
  return i < 0 ? Number.NaN : (record.ages[i] ?? Number.NaN)
}

/** Whether it had the fact, or had lost it within a day. */
export function hadFact(record: FailureRecord, fact: number, window: number): boolean {
  if (window === LEFT) return record.former.includes(fact)
  return inWindow(ageOf(record, fact), window)
}

/** The vote's weight for a class (for a mark: the first) under a memory, decayed to `now`. */
export function weightOf(record: FailureRecord, cls: number, j: number, now: number): number {
  const k = cls === MARK ? 0 : record.classes.indexOf(cls)
  return (record.votes[k]?.weights[j] ?? 0) * Math.exp(-(now - record.knownAt) / (MEMORIES[j] ?? 1))
}

/** Whether the machine was failing already before a fact of this age arrived: then the fact is not to blame. */
export function wasFailingBefore(record: FailureRecord, age: number): boolean {
  const { previousCrash, failedAt } = record
  return (
    previousCrash > 0 && previousCrash > failedAt - FAILING_SECONDS && previousCrash < failedAt - age - ARRIVAL_SLACK
  )
}
