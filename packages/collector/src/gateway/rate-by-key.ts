import { MinuteRate } from './rate.ts'

/** Keys that are remembered; beyond it those that were idle for a minute go, and at worst all of them. */
const MAX_KEYS = 10_000

/** A {@link MinuteRate} for each key, such as an address. Bounded. */
export class RateByKey {
  readonly #perMinute: number
  readonly #rates = new Map<string, MinuteRate>()

  constructor(perMinute: number) {
    this.#perMinute = perMinute
  }

  /** Takes one; false when there was none left. */
  take(key: string, now: number): boolean {
    let rate = this.#rates.get(key)
    if (!rate) {
      if (this.#rates.size >= MAX_KEYS) this.#forget(now)
      rate = new MinuteRate(this.#perMinute, now)
      this.#rates.set(key, rate)
    }
    return rate.take(now)
  }

  #forget(now: number): void {
    for (const [key, rate] of this.#rates) if (rate.idle(now)) this.#rates.delete(key)
    if (this.#rates.size >= MAX_KEYS) this.#rates.clear()
  }
}
