import { MINUTE, SECOND } from '../words/time.ts'

export interface Rate {
  /** How many may go at once after a rest. */
  readonly burst: number
  /** How many a second go after that. */
  readonly perSecond: number
}

/** So many a minute, in bursts up to a minute's worth. */
export function perMinute(count: number): Rate {
  return { burst: count, perSecond: (count * SECOND) / MINUTE }
}

/**
 * A token bucket: a turn for each token, refilled with time. The caller says what time it is, in milliseconds; a clock that
 * was set back gives nothing, one set forward no more than a burst.
 */
export class TokenBucket {
  readonly #rate: Rate
  #tokens: number
  #at: number

  constructor(rate: Rate, now: number) {
    this.#rate = rate
    this.#tokens = rate.burst
    this.#at = now
  }

  /** Takes that many turns; false, and none is taken, when fewer are left. */
  take(now: number, turns = 1): boolean {
    this.#refill(now)
    if (this.#tokens < turns) return false
    this.#tokens -= turns
    return true
  }

  /** Milliseconds until there is a turn. */
  waitMs(now: number): number {
    this.#refill(now)
    return Math.max(0, Math.ceil(((1 - this.#tokens) / this.#rate.perSecond) * SECOND))
  }

  /** Whether a whole burst is there again, so that the holder can be forgotten. */
  isFull(now: number): boolean {
    this.#refill(now)
    return this.#tokens >= this.#rate.burst
  }

  #refill(now: number): void {
    const since = Math.max(0, now - this.#at)
    this.#at = now
    this.#tokens = Math.min(this.#rate.burst, this.#tokens + (since / SECOND) * this.#rate.perSecond)
  }
}
