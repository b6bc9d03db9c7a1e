import type { Slots } from '../fleet/slots.ts'
import { type Decay, MEMORY_COUNT } from '../numbers/memory.ts'
import { Sums } from '../numbers/sums.ts'
import { AGE_COUNT, ANY, FRESH, inWindow, LEFT } from '../words/ages.ts'
import { CLASS_COUNT } from '../words/classes.ts'
import { type FailureRecord, wasFailingBefore } from '../words/failure.ts'

/** Calls back for each window of each fact under which a failure speaks against the fact. */
export function forEachWindow(record: FailureRecord, visit: (fact: number, window: number) => void): void {
  for (let i = 0; i < record.facts.length; i++) {
    const age = record.ages[i] ?? Number.POSITIVE_INFINITY
    if (wasFailingBefore(record, age)) continue
    const fact = record.facts[i] ?? -1
    for (let window = FRESH; window <= ANY; window++) if (inWindow(age, window)) visit(fact, window)
  }
  for (const fact of record.former) visit(fact, LEFT)
}

/** K of the method: weighted failures of machines with each fact, by class and window, under each memory. */
export class Counts {
  readonly #decay: Decay
  readonly #slots: Slots
  readonly #failures = new Sums(CLASS_COUNT * AGE_COUNT)
  readonly #total = new Sums(CLASS_COUNT)

  constructor(decay: Decay, slots: Slots) {
    this.#decay = decay
    this.#slots = slots
    this.#total.reserve(1)
  }

  reserve(): void {
    this.#failures.reserve(this.#slots.length)
  }

  /** Counts a failure, or with −1 takes it back as it was counted. */
  add(record: FailureRecord, sign: 1 | -1): void {
    record.classes.forEach((cls, k) => {
      const weights = record.votes[k]?.weights ?? []
      const stored = Array.from(weights, (w, j) => sign * w * this.#decay.growthAt(j, record.knownAt))
      for (let j = 0; j < MEMORY_COUNT; j++) this.#total.add(0, cls, j, stored[j] ?? 0)
      forEachWindow(record, (fact, window) => {
        const slot = this.#slots.find(fact)
        if (slot < 0) return
        for (let j = 0; j < MEMORY_COUNT; j++) this.#failures.add(slot, cls * AGE_COUNT + window, j, stored[j] ?? 0)
      })
    })
  }

  observed(slot: number, cls: number, window: number, j: number): number {
    return this.#failures.read(slot, cls * AGE_COUNT + window, j, this.#decay)
  }

  total(cls: number, j: number): number {
    return this.#total.read(0, cls, j, this.#decay)
  }

  rescale(factors: readonly number[]): void {
    this.#failures.rescale(factors)
    this.#total.rescale(factors)
  }

  clear(slot: number): void {
    this.#failures.clear(slot)
  }

  save(): { failures: Float64Array; total: Float64Array } {
    return { failures: this.#failures.save(), total: this.#total.save() }
  }

  load(saved: { failures: Float64Array; total: Float64Array }): void {
    this.#failures.load(saved.failures)
    this.#total.load(saved.total)
  }

  get bytes(): number {
    return this.#failures.bytes
  }
}
