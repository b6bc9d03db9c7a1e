import { backoffMs } from '@pumphandle/shared/flow'

/** First wait is up to a second; each failure doubles the most that is waited. */
const FIRST_MS = 1000
/**
 * The most where a try costs the collector nothing: nobody listens, or nothing answers. A shorter one brings nobody back
 * sooner, for a fleet of more than some thousand waits for handshakes then, and a longer one leaves a few of them out for
 * as long; see docs/decisions/0172-coming-back.md.
 */
const LONGEST_MS = 60_000
/** The most where each try costs the collector a handshake, a millisecond of a core, and is of no use until a person has seen to it. */
const LONGEST_COSTLY_MS = 300_000
/** After a refusal that only a person can lift: about once an hour, to notice that it was. */
const REFUSED_MS = 3_600_000
/** Added at random to what a collector asked for, so that a fleet does not come back in one second. */
const RETRY_AFTER_SPREAD = 0.5

/** Why the last attempt came to nothing, as far as the next one's time depends on it. */
interface Failure {
  /** What the collector asked for, milliseconds: it is there, and the attempt counts as no failure. */
  retryAfterMs?: number | undefined
  /** It needs a person. */
  refused?: boolean | undefined
  /** The other end was reached and did its part: another try costs it as much. */
  isCostly?: boolean | undefined
}

/** How long to wait before the next connection. */
export interface Backoff {
  /** Milliseconds to wait after a failure. */
  next(failure: Failure): number
  /** A connection held: the next failure is the first again. */
  reset(): void
}

/**
 * Full jitter: a random time between nothing and a bound that doubles. Ten thousand machines cut off together come back
 * spread over the bound instead of in one wave.
 */
export function createBackoff(random: () => number): Backoff {
  let failures = 0
  return {
    next({ retryAfterMs, refused, isCostly }) {
      if (refused) return REFUSED_MS * (0.5 + random())
      if (retryAfterMs !== undefined)
        return retryAfterMs + random() * Math.max(FIRST_MS, retryAfterMs * RETRY_AFTER_SPREAD)
      const mostMs = isCostly ? LONGEST_COSTLY_MS : LONGEST_MS
      return random() * backoffMs({ firstMs: FIRST_MS, mostMs }, ++failures)
    },
    reset: () => {
      failures = 0
    },
  }
}
