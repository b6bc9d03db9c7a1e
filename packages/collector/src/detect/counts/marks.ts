import { type Decay, MEMORY_COUNT, MEMORY_IDS, type MemoryId } from '../numbers/memory.ts'
import { AGE_COUNT, ANY, type WindowId } from '../words/ages.ts'
import { BOOT } from '../words/classes.ts'
import type { FailureRecord } from '../words/failure.ts'
import type { FactId } from '../words/ids.ts'
import type { Mark } from '../words/subject.ts'
import { forEachWindow } from './counts.ts'

/** Culprits kept; a fleet names some hundreds. The one unseen for longest is dropped. */
const MAX_MARKS = 2000
/** Facts kept for one culprit, for one that every machine names. The whole table of that culprit starts anew beyond. */
const MAX_FACTS_PER_MARK = 20_000

interface Tally {
  /** Failures with this culprit: decayed (stored forward) and for ever, by memory. */
  readonly stored: number[]
  readonly ever: number[]
  /** By fact: window × memory; and last, by memory and undecayed, all since the fact came. */
  readonly facts: Map<FactId, Float64Array>
  lastAt: number
}

/**
 * Crashes by mark: failures that bear one are compared with that mark's own, much lower, rate.
 */
export class Marks {
  readonly #decay: Decay
  readonly #marks = new Map<string, Tally>()

  constructor(decay: Decay) {
    this.#decay = decay
  }

  add(record: FailureRecord, sign: 1 | -1): void {
    if (record.mark === null || record.votes.length === 0) return
    const weights = record.votes[Math.max(0, record.classes.indexOf(BOOT))]?.weights ?? []
    const mark = this.#claim(record.mark.key)
    mark.lastAt = Math.max(mark.lastAt, record.knownAt)
    const stored = MEMORY_IDS.map((j) => sign * (weights[j] ?? 0) * this.#decay.growthAt(j, record.knownAt))
    for (let j = 0; j < MEMORY_COUNT; j++) {
      mark.stored[j] = Math.max(0, (mark.stored[j] ?? 0) + (stored[j] ?? 0))
      mark.ever[j] = Math.max(0, (mark.ever[j] ?? 0) + sign * (weights[j] ?? 0))
    }
    if (mark.facts.size > MAX_FACTS_PER_MARK) mark.facts.clear()
    forEachWindow(record, (fact, window) => {
      let row = mark.facts.get(fact)
      if (!row) mark.facts.set(fact, (row = new Float64Array((AGE_COUNT + 1) * MEMORY_COUNT)))
      for (let j = 0; j < MEMORY_COUNT; j++) {
        const i = window * MEMORY_COUNT + j
        row[i] = Math.max(0, (row[i] ?? 0) + (stored[j] ?? 0))
        if (window !== ANY) continue
        const ever = AGE_COUNT * MEMORY_COUNT + j
        row[ever] = Math.max(0, (row[ever] ?? 0) + sign * (weights[j] ?? 0))
      }
    })
  }

  observed(mark: Mark, fact: FactId, window: WindowId, j: MemoryId): number {
    const row = this.#marks.get(mark.key)?.facts.get(fact)
    return row ? (row[window * MEMORY_COUNT + j] ?? 0) / this.#decay.growth(j) : 0
  }

  total(mark: Mark, j: MemoryId): number {
    return (this.#marks.get(mark.key)?.stored[j] ?? 0) / this.#decay.growth(j)
  }

  /** Weighted failures with this mark since the detector first started. */
  ever(mark: Mark, j: MemoryId): number {
    return this.#marks.get(mark.key)?.ever[j] ?? 0
  }

  /** The same of machines with the fact, since it came. */
  everWith(mark: Mark, fact: FactId, j: MemoryId): number {
    return this.#marks.get(mark.key)?.facts.get(fact)?.[AGE_COUNT * MEMORY_COUNT + j] ?? 0
  }

  rescale(factors: readonly number[]): void {
    for (const mark of this.#marks.values()) {
      for (let j = 0; j < MEMORY_COUNT; j++) mark.stored[j] = (mark.stored[j] ?? 0) * (factors[j] ?? 1)
      for (const row of mark.facts.values())
        for (let i = 0; i < AGE_COUNT * MEMORY_COUNT; i++) row[i] = (row[i] ?? 0) * (factors[i % MEMORY_COUNT] ?? 1)
    }
  }

  /** Forgets a fact that no machine has. */
  clear(fact: FactId): void {
    for (const mark of this.#marks.values()) mark.facts.delete(fact)
  }

  save(): [string, { stored: number[]; ever: number[]; facts: [FactId, Float64Array][]; lastAt: number }][] {
    return [...this.#marks].map(([key, m]) => [
      key,
      {
        stored: [...m.stored],
        ever: [...m.ever],
        lastAt: m.lastAt,
        facts: [...m.facts].map(([f, row]) => [f, row.slice()]),
      },
    ])
  }

  load(saved: ReturnType<Marks['save']>): void {
    for (const [key, m] of saved) {
      this.#marks.set(key, {
        stored: [...m.stored],
        ever: [...m.ever],
        lastAt: m.lastAt,
        facts: new Map(m.facts.map(([f, row]) => [f, row.slice()])),
      })
    }
  }

  #claim(key: string): Tally {
    const known = this.#marks.get(key)
    if (known) return known
    if (this.#marks.size >= MAX_MARKS) {
      let oldest = ''
      let age = Number.POSITIVE_INFINITY
      for (const [k, m] of this.#marks) if (m.lastAt < age) [oldest, age] = [k, m.lastAt]
      this.#marks.delete(oldest)
    }
    const none = () => Array.from({ length: MEMORY_COUNT }, () => 0)
    const mark: Tally = { stored: none(), ever: none(), facts: new Map(), lastAt: 0 }
    this.#marks.set(key, mark)
    return mark
  }
}
