import type { Clock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import type { Seen } from '../store/claims/brain.ts'

/** A brain that is silent for this long is replaced: long enough for one that collects garbage or waits for a disk. */
const LATE_MS = 5 * SECOND
/** One whose lock is free too has ended: a brain that is there takes a lock that it lost again within a second. */
const ENDED_MS = 3 * SECOND
/** The longest that one look counts for: a database that does not answer says nothing of the brain. */
const LOOK_MS = 2 * SECOND

/** Watches the active brain by what it was seen to say. */
export class Lookout {
  readonly #clock: Clock
  #beat = -1
  #quietMs = 0
  #lookedAt: number | undefined

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether to take over, and if so whether the other one has to be ended first; undefined: it is there. */
  isLate({ beat, holder, isLocked }: Seen): boolean | undefined {
    const now = this.#clock.now()
    const sinceLast = Math.min(LOOK_MS, now - (this.#lookedAt ?? now))
    this.#lookedAt = now
    this.#quietMs = beat === this.#beat ? this.#quietMs + sinceLast : 0
    this.#beat = beat
    if (holder === '') return false
    return this.#quietMs >= (isLocked ? LATE_MS : ENDED_MS) ? true : undefined
  }
}
