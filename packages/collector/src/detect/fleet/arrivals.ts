import { grown } from '../numbers/growable.ts'
import { DAY, HOUR, MINUTE } from '../numbers/seconds.ts'
import { FRESH_SECONDS } from '../words/ages.ts'
import type { Slot } from '../words/ids.ts'

/** One more than the window holds, so that the bucket that is being filled is never the one that falls out. */
const MINUTE_BUCKETS = FRESH_SECONDS / MINUTE + 1
const HOUR_BUCKETS = DAY / HOUR + 1

/**
 * How many (connected) machines got a fact within the last window, by slot: a ring of buckets, so that no arrival need be remembered
 * singly. The window is exact to one bucket.
 */
export class ArrivalRing {
  readonly #width: number
  readonly #buckets: number
  #ring = new Int32Array(0)
  #sum = new Int32Array(0)
  #current = Number.NaN

  constructor(width: number, buckets: number) {
    this.#width = width
    this.#buckets = buckets
  }

  static minutes(): ArrivalRing {
    return new ArrivalRing(MINUTE, MINUTE_BUCKETS)
  }

  static hours(): ArrivalRing {
    return new ArrivalRing(HOUR, HOUR_BUCKETS)
  }

  reserve(slots: number): void {
    this.#ring = grown(this.#ring, slots * this.#buckets)
    this.#sum = grown(this.#sum, slots)
  }

  /** Moves to `now` (seconds epoch); buckets that fell out of the window are emptied for all `slots`. */
  advance(now: number, slots: number): void {
    const bucket = Math.floor(now / this.#width)
    if (Number.isNaN(this.#current)) this.#current = bucket
    const steps = Math.min(bucket - this.#current, this.#buckets)
    for (let k = 1; k <= steps; k++) {
      const emptied = (((bucket - steps + k) % this.#buckets) + this.#buckets) % this.#buckets
      for (let slot = 0; slot < slots; slot++) {
        const i = slot * this.#buckets + emptied
        this.#sum[slot] = (this.#sum[slot] ?? 0) - (this.#ring[i] ?? 0)
        this.#ring[i] = 0
      }
    }
    if (steps > 0) this.#current = bucket
  }

  /** Counts (or with −1 takes back) an arrival at `time`, if that is inside the window. */
  add(slot: Slot, time: number, sign: 1 | -1): void {
    const bucket = Math.min(Math.floor(time / this.#width), this.#current)
    if (!(bucket > this.#current - this.#buckets)) return
    const i = slot * this.#buckets + (bucket % this.#buckets)
    if (sign < 0 && (this.#ring[i] ?? 0) === 0) return
    this.#ring[i] = (this.#ring[i] ?? 0) + sign
    this.#sum[slot] = (this.#sum[slot] ?? 0) + sign
  }

  count(slot: Slot): number {
    return this.#sum[slot] ?? 0
  }

  clear(slot: Slot): void {
    this.#ring.fill(0, slot * this.#buckets, (slot + 1) * this.#buckets)
    this.#sum[slot] = 0
  }

  save(): { ring: Int32Array; sum: Int32Array; current: number } {
    return { ring: this.#ring.slice(), sum: this.#sum.slice(), current: this.#current }
  }

  load(saved: ReturnType<ArrivalRing['save']>): void {
    this.#ring = saved.ring.slice()
    this.#sum = saved.sum.slice()
    this.#current = saved.current
  }

  get bytes(): number {
    return this.#ring.byteLength + this.#sum.byteLength
  }
}
