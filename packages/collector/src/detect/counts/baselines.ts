import { FACT_KINDS } from '@pumphandle/shared/words'
import { MEMORY_COUNT, type MemoryId } from '../numbers/memory.ts'
import { AGE_COUNT, ANY, LEFT, type WindowId } from '../words/ages.ts'
import {
  ABSENT,
  CLASS_COUNT,
  CLASSES,
  type ClassId,
  LONG_GONE,
  NO_RETURN,
  SERVICE,
  UNIT_COUNT,
  type UnitId,
} from '../words/classes.ts'
import type { FactRegistry } from '../words/facts.ts'
import { type FailureRecord } from '../words/failure.ts'
import type { FactId } from '../words/ids.ts'
import { type Mark, unitOf } from '../words/subject.ts'
import { forEachWindow } from './counts.ts'
import type { Marks } from './marks.ts'
import { PRIOR_CULPRIT_SHARE, PRIOR_RATE, PRIOR_RATIO, PRIOR_RAW } from './prior.ts'

const KINDS = FACT_KINDS.length

/** The prior speaks with the voice of this many failures of each class, then the fleet's own history takes over. */
const PRIOR_FAILURES = 25
/**
 * Of absences a morning brings hundreds within the hour, and of restarts a patch night thousands: a weaker prior would
 * learn a bad night before it is judged.
 */
const PRIOR_ABSENCES = 2000
const PRIOR_NO_RETURNS = 500
const PRIOR_LONG_GONE = 100
/** What the product ships with for these is a guess (prior.ts), which fleets differ from by several times. */
const PRIOR_GUESSES = 5
const PRIOR_WEIGHT: Readonly<Record<number, number>> = {
  [SERVICE]: PRIOR_GUESSES,
  [ABSENT]: PRIOR_ABSENCES,
  [NO_RETURN]: PRIOR_NO_RETURNS,
  [LONG_GONE]: PRIOR_LONG_GONE,
}
/** And with this many for "in the first minutes after an update of this kind", whose own counts are small. */
const PRIOR_WINDOW_FAILURES = 3
/** An update never makes machines more than twice as healthy as they are: below this share, luck is likelier. */
const LEAST_RATIO = 0.5
/** A culprit never seen before is taken to cause this share of the fleet's crashes: most culprits cause less. */
const UNSEEN_MARK_SHARE = 0.02

/** Failures that a rate leaves out, because it judges them, and the exposure in which they came. */
export interface LeftOut {
  readonly failures: number
  readonly exposure: number
}

export const NOTHING: LeftOut = { failures: 0, exposure: 0 }

/**
 * λ of the method: how often machines fail in normal times, for ever learned from the fleet itself. By class; and by
 * class, kind and window, from the first 15 minutes and 24 hours after every earlier update of that kind, which are
 * negative controls: nearly all updates are harmless.
 */
export class Baselines {
  readonly #facts: FactRegistry
  /** Weighted failures: class × memory; class × window × kind × memory. */
  #total = new Float64Array(CLASS_COUNT * MEMORY_COUNT)
  /** Failures by class, each machine's counted whole and none taken back. */
  #raw = new Float64Array(CLASS_COUNT)
  #failures = new Float64Array(CLASS_COUNT * AGE_COUNT * KINDS * MEMORY_COUNT)
  /** Machine-seconds, restarts, boots, returns: in all, and by window × kind. */
  #exposed = new Float64Array(UNIT_COUNT)
  #exposures = new Float64Array(UNIT_COUNT * AGE_COUNT * KINDS)

  constructor(facts: FactRegistry) {
    this.#facts = facts
  }

  learnExposure(unit: UnitId, amount: number): void {
    this.#exposed[unit] = (this.#exposed[unit] ?? 0) + amount
  }

  learnWindow(unit: UnitId, fact: FactId, window: WindowId, amount: number): void {
    const i = (unit * AGE_COUNT + window) * KINDS + this.#kind(fact)
    this.#exposures[i] = (this.#exposures[i] ?? 0) + amount
  }

  learnRaw(cls: ClassId): void {
    this.#raw[cls] = (this.#raw[cls] ?? 0) + 1
  }

  /** Failures of the class, unweighted and before any is taken back, per machine-second (restart, boot, return). */
  rawRate(cls: ClassId): number {
    const prior = PRIOR_RAW[cls] ?? 1e-7
    return (
      ((this.#raw[cls] ?? 0) + PRIOR_FAILURES) /
      ((this.#exposed[CLASSES[cls].denominator] ?? 0) + PRIOR_FAILURES / prior)
    )
  }

  learnFailure(record: FailureRecord, sign: 1 | -1): void {
    record.classes.forEach((cls, k) => {
      const weights = record.votes[k]?.weights ?? []
      for (let j = 0; j < MEMORY_COUNT; j++) {
        const i = cls * MEMORY_COUNT + j
        this.#total[i] = Math.max(0, (this.#total[i] ?? 0) + sign * (weights[j] ?? 0))
      }
      const learn = (fact: FactId, window: WindowId): void => {
        const base = ((cls * AGE_COUNT + window) * KINDS + this.#kind(fact)) * MEMORY_COUNT
        for (let j = 0; j < MEMORY_COUNT; j++)
          this.#failures[base + j] = Math.max(0, (this.#failures[base + j] ?? 0) + sign * (weights[j] ?? 0))
      }
      forEachWindow(record, (fact, window) => {
        if (window !== ANY) learn(fact, window)
      })
    })
  }

  /**
   * Weighted failures of the class per machine-second (or restart, boot, return) in the fleet, under a memory.
   * @param without what is left out, because it is judged by the rate
   */
  rate(cls: ClassId, j: MemoryId, without: LeftOut = NOTHING): number {
    const prior = PRIOR_RATE[cls]?.[j] ?? 1e-7
    const exposed = Math.max(0, (this.#exposed[CLASSES[cls].denominator] ?? 0) - without.exposure)
    const failures = Math.max(0, (this.#total[cls * MEMORY_COUNT + j] ?? 0) - without.failures)
    const weight = PRIOR_WEIGHT[cls] ?? PRIOR_FAILURES
    return (failures + weight) / (exposed + weight / prior)
  }

  /** The same for machines on which a fact of this kind arrived (or left) within the window: (W+3)/(E+3/g), at least 0.5 g. */
  rateAfter(
    fact: FactId,
    cls: ClassId,
    window: WindowId,
    j: MemoryId,
    without: LeftOut = NOTHING,
    withoutInWindow: LeftOut = NOTHING,
  ): number {
    const overall = this.rate(cls, j, without)
    // Nor do absences depend on what came the day before, on any but that one morning.
    if (window === ANY || cls === ABSENT) return overall
    const kind = this.#kind(fact)
    const all = this.#failures[((cls * AGE_COUNT + window) * KINDS + kind) * MEMORY_COUNT + j] ?? 0
    const failures = Math.max(0, all - withoutInWindow.failures)
    const exposures = this.#exposures[(CLASSES[cls].denominator * AGE_COUNT + window) * KINDS + kind] ?? 0
    const exposed = Math.max(0, exposures - withoutInWindow.exposure)
    const prior = overall * (PRIOR_RATIO[cls]?.[window === LEFT ? 2 : window]?.[kind] ?? 1)
    return Math.max(
      overall * LEAST_RATIO,
      (failures + PRIOR_WINDOW_FAILURES) / (exposed + PRIOR_WINDOW_FAILURES / prior),
    )
  }

  /**
   * Crashes with this mark, per machine-second or boot.
   * @param without what is left out, because it is judged by the rate
   */
  markRate(marks: Marks, mark: Mark, j: MemoryId, without: LeftOut = NOTHING): number {
    const prior = this.rate(mark.phase, j) * (PRIOR_CULPRIT_SHARE[mark.culprit] ?? UNSEEN_MARK_SHARE)
    const crashes = Math.max(0, marks.ever(mark, j) - without.failures)
    return (crashes + 0.5) / (Math.max(0, (this.#exposed[unitOf(mark)] ?? 0) - without.exposure) + 0.5 / prior)
  }

  /** How much likelier than ever a crash is after an update of the fact's kind, for marked crashes. */
  markRatio({ phase }: Mark, fact: FactId, window: WindowId, j: MemoryId): number {
    return this.rateAfter(fact, phase, window, j) / this.rate(phase, j)
  }

  save(): {
    total: Float64Array
    raw: Float64Array
    failures: Float64Array
    exposed: Float64Array
    exposures: Float64Array
  } {
    return {
      total: this.#total.slice(),
      raw: this.#raw.slice(),
      failures: this.#failures.slice(),
      exposed: this.#exposed.slice(),
      exposures: this.#exposures.slice(),
    }
  }

  load(saved: ReturnType<Baselines['save']>): void {
    this.#total = saved.total.slice()
    this.#raw = saved.raw.slice()
    this.#failures = saved.failures.slice()
    this.#exposed = saved.exposed.slice()
    this.#exposures = saved.exposures.slice()
  }

  #kind(fact: FactId): number {
    return FACT_KINDS.indexOf(this.#facts.get(fact).kind)
  }
}
