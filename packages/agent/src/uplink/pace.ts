import type { Clock } from '@pumphandle/shared/clock'
import { TokenBucket } from '@pumphandle/shared/flow'

/**
 * Frames at once, and per second after that: 60 + 60 s × 2 stays under the 240 a minute that a collector accepts, and a
 * storm of single events becomes few frames of many.
 */
const RATE = { burst: 60, perSecond: 2 } as const

/** How many frames may go now. */
export interface Pace {
  /** Takes one frame's turn; false where it must wait `waitMs`. */
  take(): boolean
  waitMs(): number
}

export function createPace(clock: Pick<Clock, 'now'>): Pace {
  const turns = new TokenBucket(RATE, clock.now())
  return { take: () => turns.take(clock.now()), waitMs: () => turns.waitMs(clock.now()) }
}
