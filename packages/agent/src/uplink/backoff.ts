import { Backoff as Steps } from '@pumphandle/shared/flow'

/** First wait is up to a second; each failure doubles the most that is waited, to five minutes. */
const FIRST_MS = 1000
const LONGEST_MS = 300_000
/** After a refusal that only a person can lift: about once an hour, to notice that it was. */
const REFUSED_MS = 3_600_000
/** Added at random to what a collector asked for, so that a fleet does not come back in one second. */
const RETRY_AFTER_SPREAD = 0.5

/** How long to wait before the next connection. */
export interface Backoff {
  /** Milliseconds to wait after a failure. `retryAfterMs` is what the collector asked for; `refused`, that it needs a person. */
  next(failure: { retryAfterMs?: number | undefined; refused?: boolean | undefined }): number
  /** A connection held: the next failure is the first again. */
  reset(): void
}

/**
 * Full jitter: a random time between nothing and a bound that doubles. Ten thousand machines cut off together come back
 * spread over the bound instead of in one wave.
 */
export function createBackoff(random: () => number): Backoff {
  const steps = new Steps({ firstMs: FIRST_MS, mostMs: LONGEST_MS, random })
  return {
    next({ retryAfterMs, refused }) {
      const waitMs = steps.next()
      if (refused) return REFUSED_MS * (0.5 + random())
      if (retryAfterMs !== undefined)
        return retryAfterMs + random() * Math.max(FIRST_MS, retryAfterMs * RETRY_AFTER_SPREAD)
      return waitMs
    },
    reset: () => steps.reset(),
  }
}
