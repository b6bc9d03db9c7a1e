import { GROWTH_WINDOW_MS } from './limits.ts'

const BUCKET_MS = 10_000

/** How many machines were newly affected in the last five minutes, in steps of ten seconds. */
export class Growth {
  readonly #buckets = new Map<number, number>()

  add(at: number): void {
    const bucket = Math.floor(at / BUCKET_MS)
    this.#buckets.set(bucket, (this.#buckets.get(bucket) ?? 0) + 1)
  }

  count(now: number): number {
    const oldest = Math.floor((now - GROWTH_WINDOW_MS) / BUCKET_MS)
    let sum = 0
    for (const [bucket, n] of this.#buckets) {
      if (bucket <= oldest) this.#buckets.delete(bucket)
      else sum += n
    }
    return sum
  }
}
