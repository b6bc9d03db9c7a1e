import type { Exposure } from '../fleet/exposure.ts'
import type { Units } from '../fleet/units.ts'
import { MEMORIES, MEMORY_COUNT } from '../numbers/memory.ts'
import { AGE_COUNT, ANY, LEFT } from '../words/ages.ts'
import {
  BOOT,
  CLASS_COUNT,
  LOSS,
  LOST_GOODBYES,
  MARK,
  PER_EARLY_SHUTDOWN,
  PER_SHUTDOWN,
  PER_TIME,
  rule,
} from '../words/classes.ts'
import type { FactRegistry } from '../words/facts.ts'
import type { Baselines } from './baselines.ts'
import type { Counts } from './counts.ts'
import { type Marks, markCulprit, markDenominator } from './marks.ts'

/** What is observed and what was expected, with the suspect and among the controls. */
export interface Comparison {
  readonly observed: number
  readonly expected: number
  readonly controlsObserved: number
  readonly controlsExpected: number
  /** The same of machines with another version of the component; with none where it has none. */
  readonly siblingsObserved: number
  readonly siblingsExpected: number
}

/** What an incident's machines have anyway, each counted whole. */
export interface Background {
  /** Over the memory; and per second at their present number. */
  readonly expected: number
  readonly perSecond: number
  /** Silences that are machines switched off without their goodbye arriving, over the memory. */
  readonly leaving: number
}

/** The counts that a comparison weighs. */
export interface Ledger {
  readonly facts: FactRegistry
  readonly exposure: Exposure
  /** By denominator; the first is unused, for time is in `exposure`. */
  readonly units: readonly Units[]
  readonly counts: Counts
  readonly marks: Marks
  readonly baselines: Baselines
}

/** The shutdowns whose lost goodbyes are taken for failures of the class. */
function shutdownsBehind(cls: number): number | null {
  return cls === LOSS ? PER_SHUTDOWN : cls === BOOT ? PER_EARLY_SHUTDOWN : null
}

/** Weighs one fact for one class, window and memory. Times: `since` seconds after the last exposure step. */
export class Scales {
  readonly #ledger: Ledger
  #since = 0

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  set since(seconds: number) {
    this.#since = seconds
  }

  /** K, weighted failures with the fact. `mark` is needed for {@link MARK} only. */
  observed(fact: number, cls: number, window: number, j: number, mark: string | null): number {
    const { exposure, counts, marks } = this.#ledger
    if (cls === MARK) return mark === null ? 0 : marks.observed(mark, fact, window, j)
    const slot = exposure.slots.find(fact)
    return slot < 0 ? 0 : counts.observed(slot, cls, window, j)
  }

  /** L = λ·D, expected failures with the fact. */
  expected(fact: number, cls: number, window: number, j: number, mark: string | null): number {
    const exposed = this.#exposed(fact, cls, window, j, mark)
    if (cls !== MARK)
      return this.#ledger.baselines.rateAfter(fact, cls, window, j) * exposed + this.#leaving(fact, cls, window, j)
    if (mark === null) return 0
    return this.#markBase(fact, j, mark).rate * this.#ledger.baselines.markRatio(mark, fact, window, j) * exposed
  }

  /**
   * L for comparing suspects with one another: no window is taken to be safer than any other time. A window's learned
   * rate of half the normal is a fair warning of small numbers, but over 300 failures it alone would be worth e^200.
   */
  expectedEvenly(fact: number, cls: number, window: number, j: number, mark: string | null): number {
    const exposed = this.#exposed(fact, cls, window, j, mark)
    const { baselines } = this.#ledger
    if (cls !== MARK) {
      const rate = Math.max(baselines.rate(cls, j), baselines.rateAfter(fact, cls, window, j))
      return rate * exposed + this.#leaving(fact, cls, window, j)
    }
    if (mark === null) return 0
    return this.#markBase(fact, j, mark).rate * Math.max(1, baselines.markRatio(mark, fact, window, j)) * exposed
  }

  /** The whole comparison; controls are the machines that neither have nor had the fact. */
  compare(fact: number, cls: number, window: number, j: number, mark: string | null): Comparison {
    const { counts, marks, baselines } = this.#ledger
    const observed = this.observed(fact, cls, window, j, mark)
    const expected = this.expected(fact, cls, window, j, mark)
    const had = this.observed(fact, cls, ANY, j, mark) + this.observed(fact, cls, LEFT, j, mark)
    if (cls === MARK) {
      const siblings = { siblingsObserved: 0, siblingsExpected: 0 }
      if (mark === null) return { observed, expected, controlsObserved: 0, controlsExpected: 0, ...siblings }
      const { rate, all } = this.#markBase(fact, j, mark)
      const exposed = this.#exposed(fact, cls, window, j, mark)
      return {
        observed,
        expected,
        controlsObserved: Math.max(0, marks.total(mark, j) - had),
        controlsExpected: Math.max(0, rate * (all - exposed)),
        ...siblings,
      }
    }
    const without = this.#total(cls, j, mark) - this.#exposed(fact, cls, ANY, j, mark) - this.#left(fact, cls, j)
    return {
      observed,
      expected,
      controlsObserved: Math.max(0, counts.total(cls, j) - had),
      controlsExpected: Math.max(0, baselines.rate(cls, j) * without) + this.#othersLeaving(fact, cls, j),
      ...this.#siblings(fact, cls, j),
    }
  }

  /** Failures, and those expected, on machines with another version of the fact's component. */
  #siblings(fact: number, cls: number, j: number): { siblingsObserved: number; siblingsExpected: number } {
    const { facts, exposure } = this.#ledger
    const sums = { siblingsObserved: 0, siblingsExpected: 0 }
    for (const version of facts.namesakes(fact)) {
      if (version === fact || exposure.slots.find(version) < 0) continue
      sums.siblingsObserved += this.observed(version, cls, ANY, j, null)
      sums.siblingsExpected += this.expected(version, cls, ANY, j, null)
    }
    return sums
  }

  /**
   * Failures of a class that machines with the fact normally have, each machine counted and not its practice's vote: over
   * the memory, and per second at their present number.
   */
  background(fact: number, cls: number, j: number): Background {
    const { exposure, baselines } = this.#ledger
    const slot = exposure.slots.find(fact)
    const rate = baselines.rawRate(cls)
    return {
      expected: rate * this.#exposed(fact, cls, ANY, j, null),
      perSecond: slot < 0 ? 0 : rate * exposure.holders(slot),
      leaving: this.#leaving(fact, cls, ANY, j),
    }
  }

  /** Silences expected of machines with the fact that were switched off without their goodbye arriving. */
  #leaving(fact: number, cls: number, window: number, j: number): number {
    const { exposure, units } = this.#ledger
    const slot = exposure.slots.find(fact)
    const shutdowns = shutdownsBehind(cls)
    return shutdowns !== null && slot >= 0 ? LOST_GOODBYES * (units[shutdowns]?.read(slot, window, j) ?? 0) : 0
  }

  #othersLeaving(fact: number, cls: number, j: number): number {
    const shutdowns = shutdownsBehind(cls)
    if (shutdowns === null) return 0
    const all = LOST_GOODBYES * (this.#ledger.units[shutdowns]?.total(j) ?? 0)
    return Math.max(0, all - this.#leaving(fact, cls, ANY, j) - this.#leaving(fact, cls, LEFT, j))
  }

  /** Every count of a fact, by class, window and memory: what two detectors with equal knowledge agree on. */
  everything(fact: number): { observed: number[]; expected: number[]; connected: number } {
    const observed: number[] = []
    const expected: number[] = []
    for (let cls = 0; cls < CLASS_COUNT; cls++) {
      for (let window = 0; window < AGE_COUNT; window++) {
        for (let j = 0; j < MEMORY_COUNT; j++) {
          observed.push(this.observed(fact, cls, window, j, null))
          expected.push(this.expected(fact, cls, window, j, null))
        }
      }
    }
    const slot = this.#ledger.exposure.slots.find(fact)
    return { observed, expected, connected: slot < 0 ? 0 : this.#ledger.exposure.machines(slot, ANY) }
  }

  /**
   * Failures expected of machines without the fact in the last `seconds`, from the memory whose length is nearest: what a
   * fact that is younger than a memory is held against, instead of a time when it was not there.
   */
  controlsExpectedWithin(fact: number, cls: number, j: number, mark: string | null, seconds: number): number {
    const nearest = MEMORIES.reduce(
      (best, tau, m) =>
        Math.abs(Math.log(tau / seconds)) < Math.abs(Math.log((MEMORIES[best] ?? 1) / seconds)) ? m : best,
      0,
    )
    const part = seconds / (MEMORIES[nearest] ?? 1)
    const own = this.#exposed(fact, cls, ANY, MEMORY_COUNT - 1, mark)
    if (cls !== MARK)
      return this.#ledger.baselines.rate(cls, j) * Math.max(0, this.#total(cls, nearest, mark) * part - own)
    if (mark === null) return 0
    const { rate, all } = this.#markBase(fact, nearest, mark)
    return rate * Math.max(0, all * part - own)
  }

  /** Failures that the machines which have the fact now have in so many seconds anyway. */
  expectedOfHolders(fact: number, cls: number, j: number, mark: string | null, seconds: number): number {
    const { exposure, baselines } = this.#ledger
    const slot = exposure.slots.find(fact)
    if (slot < 0) return 0
    const unit = this.#denominator(cls, mark)
    // boots and restarts by the second of connected time, as the fleet has them
    const perSecond = unit === PER_TIME ? 1 : this.#total(cls, j, mark) / Math.max(1, exposure.totalTime(j))
    const rate = cls === MARK ? (mark === null ? 0 : this.#markBase(fact, j, mark).rate) : baselines.rate(cls, j)
    return rate * perSecond * exposure.machines(slot, ANY) * seconds
  }

  /** Whether nearly every connected machine has the fact, so that there are no controls. */
  isEverywhere(fact: number): boolean {
    const { exposure } = this.#ledger
    const slot = exposure.slots.find(fact)
    return slot >= 0 && exposure.machines(slot, ANY) > 0.9 * exposure.fleet
  }

  #denominator(cls: number, mark: string | null): number {
    return cls === MARK ? (mark === null ? PER_TIME : markDenominator(mark)) : rule(cls).denominator
  }

  #exposed(fact: number, cls: number, window: number, j: number, mark: string | null): number {
    const { exposure, units } = this.#ledger
    const slot = exposure.slots.find(fact)
    if (slot < 0) return 1
    const unit = this.#denominator(cls, mark)
    return unit === PER_TIME ? exposure.time(slot, window, j, this.#since) : (units[unit]?.events(slot, window, j) ?? 1)
  }

  #left(fact: number, cls: number, j: number): number {
    const { exposure } = this.#ledger
    const slot = exposure.slots.find(fact)
    return slot >= 0 && exposure.machines(slot, LEFT) > 0 ? this.#exposed(fact, cls, LEFT, j, null) : 0
  }

  #total(cls: number, j: number, mark: string | null): number {
    const unit = this.#denominator(cls, mark)
    return unit === PER_TIME ? this.#ledger.exposure.totalTime(j) : (this.#ledger.units[unit]?.total(j) ?? 0)
  }

  /**
   * What the rate of a culprit leaves out when it judges a fact that has come while we looked: the crashes on machines
   * with the fact, and their time. Else a rate learns from the very failures that it should reveal, and those that come
   * slowly hide themselves. A fact that was always there is judged by its own past, for there is no other.
   */
  #judged(fact: number, j: number, mark: string): { crashes: number; exposure: number } {
    const { exposure, marks } = this.#ledger
    const slot = exposure.slots.find(fact)
    if (slot < 0 || !exposure.cameLater(slot)) return { crashes: 0, exposure: 0 }
    return {
      crashes: marks.everWith(mark, fact, j),
      exposure: this.#exposed(fact, MARK, ANY, MEMORY_COUNT - 1, mark),
    }
  }

  /** The mark's rate, and the exposure that it is a rate over: of a culprit's owner, only machines that have the owner. */
  #markBase(fact: number, j: number, mark: string): { rate: number; all: number } {
    const { facts, baselines, marks } = this.#ledger
    const rate = baselines.markRate(marks, mark, j, this.#judged(fact, j, mark))
    const all = this.#total(MARK, j, mark)
    if (!facts.owns(fact, markCulprit(mark))) return { rate, all }
    let family = 0
    for (const version of facts.namesakes(fact)) {
      if (this.#ledger.exposure.slots.find(version) >= 0) family += this.#exposed(version, MARK, ANY, j, mark)
    }
    return { rate: rate * Math.max(1, all / Math.max(1, family)), all: family }
  }
}
