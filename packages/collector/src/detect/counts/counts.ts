import type { Slots } from '../fleet/slots.ts'
import { type Decay, MEMORY_IDS, type MemoryId } from '../numbers/memory.ts'
import { Sums } from '../numbers/sums.ts'
import { AGE_COUNT, inWindow, LEFT, WINDOWS_SINCE, type WindowId } from '../words/ages.ts'
import { CLASS_COUNT, type ClassId } from '../words/classes.ts'
import { type FailureRecord, wasFailingBefore } from '../words/failure.ts'
import type { FactId, Slot } from '../words/ids.ts'

/** Calls back for each window of each fact under which a failure speaks against the fact. */
export function forEachWindow(record: FailureRecord, visit: (fact: FactId, window: WindowId) => void): void {
  for (let i = 0; i < record.facts.length; i++) {
    const age = record.ages[i] ?? Number.POSITIVE_INFINITY
    if (wasFailingBefore(record, age)) continue
    const fact = record.facts[i]
    if (fact === undefined) continue
    for (const window of WINDOWS_SINCE) if (inWindow(age, window)) visit(fact, window)
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
      const stored = MEMORY_IDS.map((j) => sign * (weights[j] ?? 0) * this.#decay.growthAt(j, record.knownAt))
      for (const j of MEMORY_IDS) this.#total.add(0, cls, j, stored[j] ?? 0)
      forEachWindow(record, (fact, window) => {
        const slot = this.#slots.find(fact)
        if (slot < 0) return
        for (const j of MEMORY_IDS) this.#failures.add(slot, cls * AGE_COUNT + window, j, stored[j] ?? 0)
      })
    })
  }

  observed(slot: Slot, cls: ClassId, window: WindowId, j: MemoryId): number {
    return this.#failures.read(slot, cls * AGE_COUNT + window, j, this.#decay)
  }

  total(cls: ClassId, j: MemoryId): number {
    return this.#total.read(0, cls, j, this.#decay)
  }

  rescale(factors: readonly number[]): void {
    this.#failures.rescale(factors)
    this.#total.rescale(factors)
  }

  clear(slot: Slot): void {
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
