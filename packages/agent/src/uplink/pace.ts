import type { Clock } from '@pumphandle/shared/clock'

/**
 * Frames at once, and per second after that: 60 + 60 s × 2 stays under the 240 a minute that a collector accepts, and a
 * storm of single events becomes few frames of many.
 */
const BURST = 60
const PER_SECOND = 2

/** How many frames may go now. */
export interface Pace {
  /** Takes one frame's turn; false where it must wait `waitMs`. */
  take(): boolean
  waitMs(): number
}

export function createPace(clock: Pick<Clock, 'now'>): Pace {
  let turns = BURST
  let at = clock.now()
  function refill(): void {
    const time = clock.now()
    // a clock set back gives nothing; one set forward gives no more than a burst
    turns = Math.min(BURST, turns + (Math.max(0, time - at) / 1000) * PER_SECOND)
    at = time
  }
  return {
    take() {
      refill()
      if (turns < 1) return false
      turns--
      return true
    },
    waitMs() {
      refill()
      return Math.max(0, Math.ceil(((1 - turns) / PER_SECOND) * 1000))
    },
  }
}
