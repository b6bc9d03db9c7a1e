import { grown } from '../numbers/growable.ts'
import type { FactId, Slot } from '../words/ids.ts'

const NO_FACT = -1 as FactId

/** Room for counts is given to facts that some machine has, or had within a day, and taken back when none has. */
export class Slots {
  #ofFact = new Int32Array(0)
  readonly #facts: FactId[] = []
  readonly #unused: Slot[] = []
  #active = 0

  /** The slot of a fact, or −1. */
  find(fact: FactId): Slot {
    return (fact < this.#ofFact.length ? (this.#ofFact[fact] ?? 0) - 1 : -1) as Slot
  }

  /** The slot of a fact, made if need be. A reused slot has been cleared by whoever released it. */
  claim(fact: FactId): Slot {
    const known = this.find(fact)
    if (known >= 0) return known
    this.#ofFact = grown(this.#ofFact, fact + 1)
    const slot = this.#unused.pop() ?? (this.#facts.length as Slot)
    this.#facts[slot] = fact
    this.#ofFact[fact] = slot + 1
    this.#active++
    return slot
  }

  release(slot: Slot): void {
    const fact = this.factOf(slot)
    if (fact < 0) return
    this.#ofFact[fact] = 0
    this.#facts[slot] = NO_FACT
    this.#unused.push(slot)
    this.#active--
  }

  /** The fact in a slot, or −1 for an unused one. */
  factOf(slot: Slot): FactId {
    return this.#facts[slot] ?? NO_FACT
  }

  /** Slots ever made; loop up to this and skip where `factOf` is −1. */
  get length(): number {
    return this.#facts.length
  }

  /** Those in use. */
  *used(): Generator<Slot> {
    for (let slot = 0 as Slot; slot < this.#facts.length; slot++) if (this.factOf(slot) >= 0) yield slot
  }

  get active(): number {
    return this.#active
  }

  save(): { facts: FactId[]; unused: Slot[] } {
    return { facts: [...this.#facts], unused: [...this.#unused] }
  }

  load(saved: ReturnType<Slots['save']>): void {
    this.#facts.push(...saved.facts)
    this.#unused.push(...saved.unused)
    this.#facts.forEach((fact, slot) => {
      if (fact < 0) return
      this.#ofFact = grown(this.#ofFact, fact + 1)
      this.#ofFact[fact] = slot + 1
      this.#active++
    })
  }
}
