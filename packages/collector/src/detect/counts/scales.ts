import type { Exposure } from '../fleet/exposure.ts'
import type { Units } from '../fleet/units.ts'
import { LONGEST_MEMORY, MEMORIES, MEMORY_IDS, type MemoryId } from '../numbers/memory.ts'
import { ANY, FRESH, LEFT, WINDOWS, WITHIN_DAY, type WindowId } from '../words/ages.ts'
import {
  BOOT,
  CLASS_IDS,
  type ClassId,
  LOSS,
  LOST_GOODBYES,
  PER_EARLY_SHUTDOWN,
  PER_SHUTDOWN,
  PER_TIME,
  type UnitId,
} from '../words/classes.ts'
import type { FactRegistry } from '../words/facts.ts'
import type { FactId } from '../words/ids.ts'
import { isMark, type Mark, type Subject, unitOf } from '../words/subject.ts'
import { type Baselines, type LeftOut, NOTHING } from './baselines.ts'
import type { Counts } from './counts.ts'
import type { Marks } from './marks.ts'
import { type Among, COMPARED, type Neighbours } from './neighbours.ts'
import type { Strata, Stratified } from './strata.ts'

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
  /** Absences of the morning, practice by practice. */
  readonly mornings: Strata
  /** Silences and services' deaths beside their neighbours, failure by failure. */
  readonly neighbours: Neighbours
}

/** The shutdowns whose lost goodbyes are taken for failures of the class. */
function shutdownsBehind(cls: ClassId): UnitId | null {
  return cls === LOSS ? PER_SHUTDOWN : cls === BOOT ? PER_EARLY_SHUTDOWN : null
}

/** Weighs one fact for one class, window and memory. */
export class Scales {
  readonly #ledger: Ledger
  #since = 0
  #now = 0

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  /** It is `now` (seconds epoch), so long after the last exposure step. */
  moveClock(now: number, since: number): void {
    this.#now = now
    this.#since = since
  }

  /** K, weighted failures with the fact. */
  observed(fact: FactId, subject: Subject, window: WindowId, j: MemoryId): number {
    const { exposure, counts, marks } = this.#ledger
    if (isMark(subject)) return marks.observed(subject, fact, window, j)
    const slot = exposure.slots.find(fact)
    return slot < 0 ? 0 : counts.observed(slot, subject, window, j)
  }

  /** L = λ·D, expected failures with the fact. */
  expected(fact: FactId, subject: Subject, window: WindowId, j: MemoryId): number {
    const { baselines } = this.#ledger
    const exposed = this.#exposed(fact, subject, window, j)
    if (isMark(subject))
      return this.#markBase(fact, j, subject).rate * baselines.markRatio(subject, fact, window, j) * exposed
    return this.#rateAfter(fact, subject, window, j) * exposed + this.#leaving(fact, subject, window, j)
  }

  /**
   * L for comparing suspects with one another, at one normal rate for all of them ({@link evenRate}), or else over hundreds
   * of failures a baseline's error alone would decide, each time by another factor.
   */
  expectedEvenly(fact: FactId, subject: Subject, window: WindowId, j: MemoryId, rate: number): number {
    const expected = rate * this.#exposed(fact, subject, window, j)
    return isMark(subject) ? expected : expected + this.#leaving(fact, subject, window, j)
  }

  /** The normal rate, failures per denominator, as known without those of the flagged fact. */
  evenRate(subject: Subject, j: MemoryId, flagged: FactId): number {
    const { baselines, marks } = this.#ledger
    const judged = this.#judged(flagged, j, subject)
    return isMark(subject) ? baselines.markRate(marks, subject, j, judged) : baselines.rate(subject, j, judged)
  }

  /** How many times as often as at other times machines normally fail in the window after such an update; at least 1. */
  windowRisk(fact: FactId, subject: Subject, window: WindowId, j: MemoryId): number {
    const { baselines } = this.#ledger
    if (isMark(subject)) return Math.max(1, baselines.markRatio(subject, fact, window, j))
    const rate = baselines.rate(subject, j, this.#judged(fact, j, subject))
    return Math.max(1, this.#rateAfter(fact, subject, window, j) / rate)
  }

  /** The whole comparison; controls are the machines that neither have nor had the fact. */
  compare(fact: FactId, subject: Subject, window: WindowId, j: MemoryId): Comparison {
    const { counts, marks, baselines } = this.#ledger
    const observed = this.observed(fact, subject, window, j)
    const expected = this.expected(fact, subject, window, j)
    const had = this.observed(fact, subject, ANY, j) + this.observed(fact, subject, LEFT, j)
    if (isMark(subject)) {
      const { rate, all } = this.#markBase(fact, j, subject)
      return {
        observed,
        expected,
        controlsObserved: Math.max(0, marks.total(subject, j) - had),
        controlsExpected: Math.max(
          0,
          rate * (all - this.#exposed(fact, subject, ANY, j) - this.#left(fact, subject, j)),
        ),
        siblingsObserved: 0,
        siblingsExpected: 0,
      }
    }
    const without = this.#total(subject, j) - this.#exposed(fact, subject, ANY, j) - this.#left(fact, subject, j)
    return {
      observed,
      expected,
      controlsObserved: Math.max(0, counts.total(subject, j) - had),
      controlsExpected:
        Math.max(0, baselines.rate(subject, j, this.#judged(fact, j, subject)) * without) +
        this.#othersLeaving(fact, subject, j),
      ...this.#siblings(fact, subject, j),
    }
  }

  /** Failures, and those expected, on machines with another version of the fact's component. */
  #siblings(fact: FactId, cls: ClassId, j: MemoryId): { siblingsObserved: number; siblingsExpected: number } {
    const { facts, exposure } = this.#ledger
    const sums = { siblingsObserved: 0, siblingsExpected: 0 }
    for (const version of facts.namesakes(fact)) {
      if (version === fact || exposure.slots.find(version) < 0) continue
      sums.siblingsObserved += this.observed(version, cls, ANY, j)
      sums.siblingsExpected += this.expected(version, cls, ANY, j)
    }
    return sums
  }

  /**
   * Failures of a class that machines with the fact normally have, each machine counted and not its practice's vote: over
   * the memory, and per second at their present number.
   */
  background(fact: FactId, cls: ClassId, j: MemoryId): Background {
    const { exposure, baselines } = this.#ledger
    const slot = exposure.slots.find(fact)
    const rate = baselines.rawRate(cls)
    return {
      expected: rate * this.#exposed(fact, cls, ANY, j),
      perSecond: slot < 0 ? 0 : rate * exposure.holders(slot),
      leaving: this.#leaving(fact, cls, ANY, j),
    }
  }

  /** Silences expected of machines with the fact that were switched off without their goodbye arriving. */
  #leaving(fact: FactId, cls: ClassId, window: WindowId, j: MemoryId): number {
    const { exposure, units } = this.#ledger
    const slot = exposure.slots.find(fact)
    const shutdowns = shutdownsBehind(cls)
    return shutdowns !== null && slot >= 0 ? LOST_GOODBYES * (units[shutdowns]?.read(slot, window, j) ?? 0) : 0
  }

  #othersLeaving(fact: FactId, cls: ClassId, j: MemoryId): number {
    const shutdowns = shutdownsBehind(cls)
    if (shutdowns === null) return 0
    const all = LOST_GOODBYES * (this.#ledger.units[shutdowns]?.total(j) ?? 0)
    return Math.max(0, all - this.#leaving(fact, cls, ANY, j) - this.#leaving(fact, cls, LEFT, j))
  }

  /** Every count of a fact, by class, window and memory: what two detectors with equal knowledge agree on. */
  everything(fact: FactId): { observed: number[]; expected: number[]; connected: number } {
    const observed: number[] = []
    const expected: number[] = []
    for (const cls of CLASS_IDS) {
      for (const window of WINDOWS) {
        for (const j of MEMORY_IDS) {
          observed.push(this.observed(fact, cls, window, j))
          expected.push(this.expected(fact, cls, window, j))
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
  controlsExpectedWithin(fact: FactId, subject: Subject, j: MemoryId, seconds: number): number {
    const distance = (m: MemoryId) => Math.abs(Math.log(MEMORIES[m] / seconds))
    const nearest = MEMORY_IDS.reduce((best, m) => (distance(m) < distance(best) ? m : best))
    const part = seconds / MEMORIES[nearest]
    const own = this.#exposed(fact, subject, ANY, LONGEST_MEMORY) + this.#left(fact, subject, LONGEST_MEMORY)
    if (!isMark(subject))
      return (
        this.#ledger.baselines.rate(subject, j, this.#judged(fact, j, subject)) *
        Math.max(0, this.#total(subject, nearest) * part - own)
      )
    const { rate, all } = this.#markBase(fact, nearest, subject)
    return rate * Math.max(0, all * part - own)
  }

  /** Failures that the machines which have the fact now have in so many seconds anyway. */
  expectedOfHolders(fact: FactId, subject: Subject, j: MemoryId, seconds: number): number {
    const { exposure, baselines } = this.#ledger
    const slot = exposure.slots.find(fact)
    if (slot < 0) return 0
    // boots and restarts by the second of connected time, as the fleet has them
    const perSecond = unitOf(subject) === PER_TIME ? 1 : this.#total(subject, j) / Math.max(1, exposure.totalTime(j))
    const rate = isMark(subject) ? this.#markBase(fact, j, subject).rate : baselines.rate(subject, j)
    return rate * perSecond * exposure.machines(slot, ANY) * seconds
  }

  /** This morning's absences within practices, or null where none has machines with the fact and without. */
  absentWithin(fact: FactId): Stratified | null {
    return this.#ledger.mornings.of(fact, this.#now)
  }

  /** Failures beside their neighbours, in the two windows for which they are compared so; else null. */
  among(fact: FactId, subject: Subject, window: WindowId): Among | null {
    if (isMark(subject) || !COMPARED.includes(subject) || (window !== FRESH && window !== WITHIN_DAY)) return null
    return this.#ledger.neighbours.of(fact, subject, window, this.#now)
  }

  /** Whether these are crashes of a driver or a program that belongs to the fact. */
  isOwn(fact: FactId, subject: Subject): boolean {
    return isMark(subject) && this.#ledger.facts.owns(fact, subject.culprit)
  }

  /** Connected machines that neither have the fact nor had it lately, for each that has it. */
  othersForEach(fact: FactId): number {
    const { exposure } = this.#ledger
    const slot = exposure.slots.find(fact)
    if (slot < 0) return Number.POSITIVE_INFINITY
    const holders = exposure.machines(slot, ANY)
    return Math.max(0, exposure.fleet - holders - exposure.machines(slot, LEFT)) / Math.max(1, holders)
  }

  /** Whether nearly every connected machine has the fact, so that there are no controls. */
  isEverywhere(fact: FactId): boolean {
    const { exposure } = this.#ledger
    const slot = exposure.slots.find(fact)
    return slot >= 0 && exposure.machines(slot, ANY) > 0.9 * exposure.fleet
  }

  #exposed(fact: FactId, subject: Subject, window: WindowId, j: MemoryId): number {
    const { exposure, units } = this.#ledger
    const slot = exposure.slots.find(fact)
    if (slot < 0) return 1
    const unit = unitOf(subject)
    return unit === PER_TIME ? exposure.time(slot, window, j, this.#since) : (units[unit]?.events(slot, window, j) ?? 1)
  }

  #left(fact: FactId, subject: Subject, j: MemoryId): number {
    const { exposure } = this.#ledger
    const slot = exposure.slots.find(fact)
    return slot >= 0 && exposure.machines(slot, LEFT) > 0 ? this.#exposed(fact, subject, LEFT, j) : 0
  }

  #total(subject: Subject, j: MemoryId): number {
    const unit = unitOf(subject)
    return unit === PER_TIME ? this.#ledger.exposure.totalTime(j) : (this.#ledger.units[unit]?.total(j) ?? 0)
  }

  /** Normal failures per denominator after an update of the fact's kind, without the fact's own. */
  #rateAfter(fact: FactId, cls: ClassId, window: WindowId, j: MemoryId): number {
    const { baselines } = this.#ledger
    const own = this.#judged(fact, j, cls)
    if (own === NOTHING || window === LEFT) return baselines.rateAfter(fact, cls, window, j)
    return baselines.rateAfter(fact, cls, window, j, own, this.#own(fact, cls, window, j))
  }

  /**
   * What a rate leaves out when it judges a fact that has come while we looked: the failures on machines with the fact,
   * and their time. Else a rate learns from the very failures that it should reveal, and those that come slowly hide
   * themselves. A fact that was always there is judged by its own past, for there is no other.
   */
  #judged(fact: FactId, j: MemoryId, subject: Subject): LeftOut {
    const { exposure, marks } = this.#ledger
    const slot = exposure.slots.find(fact)
    if (slot < 0 || !exposure.cameLater(slot)) return NOTHING
    if (!isMark(subject)) return this.#own(fact, subject, ANY, j)
    return { failures: marks.everWith(subject, fact, j), exposure: this.#exposed(fact, subject, ANY, LONGEST_MEMORY) }
  }

  /**
   * The fact's failures as a rate under the memory `j` has learned them, and its exposure under the longest memory. The
   * rate forgets nothing: under the longest memory least has decayed, under `j` a practice's later failures weigh as much as
   * in the rate. Both are at most what it has learned.
   */
  #own(fact: FactId, cls: ClassId, window: WindowId, j: MemoryId): LeftOut {
    const failures = (memory: MemoryId) => this.observed(fact, cls, window, memory)
    return {
      failures: Math.max(failures(LONGEST_MEMORY), failures(j)),
      exposure: this.#exposed(fact, cls, window, LONGEST_MEMORY),
    }
  }

  /** The mark's rate, and the exposure that it is a rate over: of a culprit's owner, only machines that have the owner. */
  #markBase(fact: FactId, j: MemoryId, mark: Mark): { rate: number; all: number } {
    const { facts, baselines, marks } = this.#ledger
    const rate = baselines.markRate(marks, mark, j, this.#judged(fact, j, mark))
    const all = this.#total(mark, j)
    if (!facts.owns(fact, mark.culprit)) return { rate, all }
    let family = 0
    for (const version of facts.namesakes(fact)) {
      if (this.#ledger.exposure.slots.find(version) >= 0) family += this.#exposed(version, mark, ANY, j)
    }
    return { rate: rate * Math.max(1, all / Math.max(1, family)), all: family }
  }
}
