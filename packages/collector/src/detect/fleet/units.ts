import type { Decay, MemoryId } from '../numbers/memory.ts'
import { Sums } from '../numbers/sums.ts'
import { AGE_COUNT, ANY, inWindow, LEFT, WINDOWS_SINCE, type WindowId } from '../words/ages.ts'
import type { FactId, Slot } from '../words/ids.ts'
import type { FactView } from './inventory.ts'
import type { Slots } from './slots.ts'

/**
 * Denominators that are events and not time: restarts announced, boots, returns due. One event counts for every fact of
 * its machine, by the fact's age at that moment.
 */
export class Units {
  readonly #decay: Decay
  readonly #slots: Slots
  readonly #events = new Sums(AGE_COUNT)
  readonly #total = new Sums(1)

  constructor(decay: Decay, slots: Slots) {
    this.#decay = decay
    this.#slots = slots
    this.#total.reserve(1)
  }

  reserve(): void {
    this.#events.reserve(this.#slots.length)
  }

  /** Counts one event of weight `weight`; `learn` hears of each fact and window. */
  count(view: FactView, weight: number, learn: (fact: FactId, window: WindowId, weight: number) => void): void {
    this.#total.addNow(0, 0, weight, this.#decay)
    for (let i = 0; i < view.present.length; i++) {
      const fact = view.present[i]
      if (fact === undefined) continue
      const age = view.ages[i] ?? Number.POSITIVE_INFINITY
      const slot = this.#slots.find(fact)
      if (slot < 0) continue
      for (const window of WINDOWS_SINCE) {
        if (!inWindow(age, window)) continue
        this.#events.addNow(slot, window, weight, this.#decay)
        if (window !== ANY) learn(fact, window, weight)
      }
    }
    for (const fact of view.former) {
      const slot = this.#slots.find(fact)
      if (slot < 0) continue
      this.#events.addNow(slot, LEFT, weight, this.#decay)
      learn(fact, LEFT, weight)
    }
  }

  /** An event counts for a fact that came, or went, just after it, as a boot does for what a starting machine fetches. */
  countLate(fact: FactId, gone: boolean, learn: (fact: FactId, window: WindowId, weight: number) => void): void {
    const slot = this.#slots.find(fact)
    if (slot < 0) return
    for (const window of gone ? ([LEFT] as const) : WINDOWS_SINCE) {
      this.#events.addNow(slot, window, 1, this.#decay)
      if (window !== ANY) learn(fact, window, 1)
    }
  }

  /** Decayed events with the fact in the window; at least one. */
  events(slot: Slot, window: WindowId, j: MemoryId): number {
    return Math.max(1, this.read(slot, window, j))
  }

  read(slot: Slot, window: WindowId, j: MemoryId): number {
    return this.#events.read(slot, window, j, this.#decay)
  }

  total(j: MemoryId): number {
    return this.#total.read(0, 0, j, this.#decay)
  }

  rescale(factors: readonly number[]): void {
    this.#events.rescale(factors)
    this.#total.rescale(factors)
  }

  clear(slot: Slot): void {
    this.#events.clear(slot)
  }

  save(): { events: Float64Array; total: Float64Array } {
    return { events: this.#events.save(), total: this.#total.save() }
  }

  load(saved: { events: Float64Array; total: Float64Array }): void {
    this.#events.load(saved.events)
    this.#total.load(saved.total)
  }

  get bytes(): number {
    return this.#events.bytes
  }
}
