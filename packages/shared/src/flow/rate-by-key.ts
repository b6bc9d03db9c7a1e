import { type Rate, TokenBucket } from './rate.ts'

/** Keys that are remembered; beyond it those that rested long enough go, and at worst all of them. */
const MAX_KEYS = 10_000

/** A {@link TokenBucket} for each key, such as an address. Bounded. */
export class RateByKey {
  readonly #rate: Rate
  readonly #buckets = new Map<string, TokenBucket>()

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** Takes that many turns of a key; false, and none is taken, when fewer are left. */
  take(key: string, now: number, turns = 1): boolean {
    let bucket = this.#buckets.get(key)
    if (!bucket) {
      if (this.#buckets.size >= MAX_KEYS) this.#forget(now)
      bucket = new TokenBucket(this.#rate, now)
      this.#buckets.set(key, bucket)
    }
    return bucket.take(now, turns)
  }

  #forget(now: number): void {
    for (const [key, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(key)
    if (this.#buckets.size >= MAX_KEYS) this.#buckets.clear()
  }
}
