import { grown } from '../numbers/growable.ts'
import { type Decay, type MemoryId } from '../numbers/memory.ts'
import { Sums } from '../numbers/sums.ts'
import { AGE_COUNT, ANY, FRESH, LEFT, WITHIN_DAY, type WindowId } from '../words/ages.ts'
import type { FactId, Slot } from '../words/ids.ts'
import { ArrivalRing } from './arrivals.ts'
import { Slots } from './slots.ts'

/** Machine-time is added up in steps of this many seconds; within a step the present number of machines stands in. */
export const STEP_SECONDS = 10

/**
 * D of the method: connected machine-seconds with each fact, by time since its arrival on the machine, under each memory.
 * Costs an event the number of the machine's facts, a step the number of active facts.
 */
export class Exposure {
  readonly slots = new Slots()
  readonly decay: Decay
  #connected = new Int32Array(0)
  #holders = new Int32Array(0)
  #born = new Float64Array(0)
  readonly #fresh = ArrivalRing.minutes()
  readonly #day = ArrivalRing.hours()
  readonly #left = ArrivalRing.hours()
  readonly #time = new Sums(AGE_COUNT)
  readonly #total = new Sums(1)
  #fleet = 0

  constructor(decay: Decay) {
    this.decay = decay
    this.#total.reserve(1)
  }

  /** Connected machines. */
  get fleet(): number {
    return this.#fleet
  }

  /** Makes room for a fact that a machine has since `arrived`, seconds epoch. Returns its slot. */
  claim(fact: FactId, arrived: number): Slot {
    const known = this.slots.find(fact)
    if (known >= 0) return known
    const slot = this.slots.claim(fact)
    const n = this.slots.length
    this.#connected = grown(this.#connected, n)
    this.#holders = grown(this.#holders, n)
    this.#born = grown(this.#born, n)
    for (const ring of [this.#fresh, this.#day, this.#left]) {
      ring.reserve(n)
      ring.clear(slot)
    }
    this.#time.reserve(n)
    this.#time.clear(slot)
    this.#connected[slot] = this.#holders[slot] = 0
    this.#born[slot] = arrived
    return slot
  }

  /** A machine now has the fact. */
  gained(slot: Slot, arrived: number, connected: boolean): void {
    this.#holders[slot] = (this.#holders[slot] ?? 0) + 1
    if (connected) this.connection(slot, arrived, 1)
  }

  /** A machine no longer has the fact. */
  lost(slot: Slot, arrived: number, left: number, connected: boolean): void {
    this.#holders[slot] = Math.max(0, (this.#holders[slot] ?? 0) - 1)
    if (connected) this.connection(slot, arrived, -1)
    this.#left.add(slot, left, 1)
  }

  /** A former fact is back, so it no longer counts as having left. */
  returned(slot: Slot, left: number): void {
    this.#left.add(slot, left, -1)
  }

  /** One machine (of the fleet's count) connects or goes; call {@link connection} for each of its facts too. */
  fleetChange(sign: 1 | -1): void {
    this.#fleet = Math.max(0, this.#fleet + sign)
  }

  connection(slot: Slot, arrived: number, sign: 1 | -1): void {
    this.#connected[slot] = Math.max(0, (this.#connected[slot] ?? 0) + sign)
    this.#fresh.add(slot, arrived, sign)
    this.#day.add(slot, arrived, sign)
  }

  /** Connected machines with the fact whose age lies in the window. */
  machines(slot: Slot, window: WindowId): number {
    if (window === FRESH) return this.#fresh.count(slot)
    if (window === WITHIN_DAY) return this.#day.count(slot)
    // Whether those that lost it are connected is not known; to take all to be makes a former fact look better, never worse.
    if (window === LEFT) return this.#left.count(slot)
    return this.#connected[slot] ?? 0
  }

  holders(slot: Slot): number {
    return this.#holders[slot] ?? 0
  }

  /** Seconds epoch at which the fleet first had the fact. */
  born(slot: Slot): number {
    return this.#born[slot] ?? 0
  }

  /** Whether it came while we looked: what was always there has no time before it to compare with. */
  cameLater(slot: Slot): boolean {
    return (this.#born[slot] ?? 0) > 0
  }

  firstSeen(slot: Slot, arrived: number): void {
    if (arrived < (this.#born[slot] ?? 0)) this.#born[slot] = arrived
  }

  /**
   * One step of `seconds` ends at `now`. `learn` gets the machine-seconds of each active fact by window; `retire` is told
   * the slot of a fact that is forgotten.
   */
  step(
    now: number,
    seconds: number,
    learn: (fact: FactId, window: WindowId, machineSeconds: number) => void,
    retire: (slot: Slot) => void,
  ): void {
    const n = this.slots.length
    this.#fresh.advance(now, n)
    this.#day.advance(now, n)
    this.#left.advance(now, n)
    for (let slot = 0 as Slot; slot < n; slot++) {
      const fact = this.slots.factOf(slot)
      if (fact < 0) continue
      for (let window = 0 as WindowId; window < AGE_COUNT; window++) {
        const machines = this.machines(slot, window)
        if (machines === 0) continue
        this.#time.addNow(slot, window, machines * seconds, this.decay)
        if (window !== ANY) learn(fact, window, machines * seconds)
      }
      if ((this.#holders[slot] ?? 0) === 0 && this.#left.count(slot) === 0) {
        retire(slot)
        this.slots.release(slot)
      }
    }
    this.#total.addNow(0, 0, this.#fleet * seconds, this.decay)
  }

  /**
   * Decayed machine-seconds with the fact in the window, `since` seconds after the last step. At least a second of one
   * machine: a fact that has only just arrived has been somewhere.
   */
  time(slot: Slot, window: WindowId, j: MemoryId, since: number): number {
    const machines = Math.max(1, this.machines(slot, window))
    return this.#time.read(slot, window, j, this.decay) + machines * Math.max(1, Math.min(STEP_SECONDS, since))
  }

  /** Decayed machine-seconds of the whole fleet. */
  totalTime(j: MemoryId): number {
    return this.#total.read(0, 0, j, this.decay)
  }

  rescale(factors: readonly number[]): void {
    this.#time.rescale(factors)
    this.#total.rescale(factors)
  }

  save() {
    return {
      slots: this.slots.save(),
      connected: this.#connected.slice(),
      holders: this.#holders.slice(),
      born: this.#born.slice(),
      rings: [this.#fresh, this.#day, this.#left].map((ring) => ring.save()),
      time: this.#time.save(),
      total: this.#total.save(),
      fleet: this.#fleet,
    }
  }

  load(saved: ReturnType<Exposure['save']>): void {
    this.slots.load(saved.slots)
    this.#connected = saved.connected.slice()
    this.#holders = saved.holders.slice()
    this.#born = saved.born.slice()
    const rings = [this.#fresh, this.#day, this.#left]
    saved.rings.forEach((ring, i) => rings[i]?.load(ring))
    this.#time.load(saved.time)
    this.#total.load(saved.total)
    this.#fleet = saved.fleet
  }

  get bytes(): number {
    const rings = this.#fresh.bytes + this.#day.bytes + this.#left.bytes
    return rings + this.#time.bytes + this.#connected.byteLength + this.#holders.byteLength + this.#born.byteLength
  }
}
