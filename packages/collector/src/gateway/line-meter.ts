import { type Rate, TokenBucket } from '@pumphandle/shared/flow'

/** Machines that are looked at when there are more: those that have rested are forgotten. */
const SWEEP_AT = 20_000

/** Bytes that machines may send, each over all of its connections: whoever comes again has no more for it. */
export class LineMeter {
  readonly #rate: Rate
  readonly #buckets = new Map<string, TokenBucket>()
  #sweepAt = SWEEP_AT

  constructor(rate: Rate) {
    this.#rate = rate
  }

  /** What a machine that connects has left; say {@link left} when it goes. */
  of(uid: string, now: number): TokenBucket {
    const known = this.#buckets.get(uid)
    if (known) return known
    if (this.#buckets.size >= this.#sweepAt) this.#sweep(now)
    const bucket = new TokenBucket(this.#rate, now)
    this.#buckets.set(uid, bucket)
    return bucket
  }

  /** One that has rested is forgotten; the others are remembered while they are away. */
  left(uid: string, bucket: TokenBucket, now: number): void {
    if (bucket.isFull(now) && this.#buckets.get(uid) === bucket) this.#buckets.delete(uid)
  }

  #sweep(now: number): void {
    for (const [uid, bucket] of this.#buckets) if (bucket.isFull(now)) this.#buckets.delete(uid)
    this.#sweepAt = Math.max(SWEEP_AT, this.#buckets.size * 2)
  }
}
