import { MINUTE, SECOND } from '../words/time.ts'
import { type Clock, stopwatch, systemClock } from './clock.ts'

/** Time services move a clock by less than this in a second; more is a jump. */
const JUMP_MS = 2 * SECOND
/** A jump that nobody can confirm is believed after so long: whoever set the clock wrong has noticed by then. */
const BELIEVED_AFTER_MS = 10 * MINUTE
/** Time that was ahead goes so much slower until it is right again, so that it never goes back: an hour takes ten. */
const SLOW = 0.9

/** A jump of the computer's clock that is not followed, or not yet. */
export interface Jump {
  /** How far the computer's clock is ahead of this one, milliseconds; below 0: behind. */
  readonly byMs: number
  /** When it was noticed, by this clock. */
  readonly at: number
}

export interface SteadyClockOptions {
  /** The computer's clock and timers. */
  readonly base?: Clock
  /** Milliseconds on a watch that nobody sets. */
  readonly watch?: () => number
}

/**
 * The computer's clock, without its jumps: time never goes back, and leaps ahead only where others confirm it or it stays
 * so. What was 40 s ago stays 40 s ago whoever sets the computer's clock to what. Call {@link check} once a second.
 */
export class SteadyClock implements Clock {
  readonly #base: Clock
  readonly #watch: () => number
  #anchor: { readonly time: number; readonly watch: number; readonly rate: number }
  #jump: Jump | undefined
  /** How far the computer's clock was behind when that was last believed, and time slowed for it; milliseconds, 0 or less. */
  #behindMs = 0

  constructor({ base = systemClock, watch = stopwatch }: SteadyClockOptions = {}) {
    this.#base = base
    this.#watch = watch
    this.#anchor = { time: base.now(), watch: watch(), rate: 1 }
  }

  now(): number {
    const { time, watch, rate } = this.#anchor
    return Math.round(time + (this.#watch() - watch) * rate)
  }
  after(ms: number, run: () => void): () => void {
    return this.#base.after(ms, run)
  }
  every(ms: number, run: () => void): () => void {
    return this.#base.every(ms, run)
  }

  /** The jump that the computer's clock made and that is not believed yet; undefined where the two agree. */
  get jump(): Jump | undefined {
    return this.#jump
  }

  /**
   * Compares the two clocks. Small differences are followed.
   * @param aheadMs how far others' clocks are ahead of this one, as far as anybody knows; asked only after a jump
   */
  check(aheadMs: () => number | undefined): void {
    const now = this.now()
    const byMs = this.#base.now() - now
    if (byMs >= 0 && byMs <= JUMP_MS) return this.#follow(now + byMs, 1)
    if (byMs < 0 && byMs >= -JUMP_MS) return this.#slow(now, byMs)
    // on the way back to what was believed before, and no further from it: it takes hours
    if (byMs < 0 && this.#jump === undefined && this.#anchor.rate !== 1 && byMs >= this.#behindMs - JUMP_MS) {
      this.#behindMs = byMs
      return
    }
    const same = this.#jump !== undefined && Math.abs(this.#jump.byMs - byMs) <= JUMP_MS
    if (!same) {
      // whatever it was slowed for is a part of the jump now
      this.#follow(now, 1)
      this.#jump = { byMs, at: now }
    }
    const othersAheadMs = aheadMs()
    const confirmed = othersAheadMs !== undefined && Math.abs(othersAheadMs - byMs) < Math.abs(othersAheadMs)
    const denied = othersAheadMs !== undefined && !confirmed
    if (!confirmed && (denied || now - (this.#jump?.at ?? now) < BELIEVED_AFTER_MS)) return
    if (byMs > 0) this.#follow(now + byMs, 1)
    else this.#slow(now, byMs)
  }

  #slow(now: number, byMs: number): void {
    this.#behindMs = byMs
    this.#follow(now, SLOW)
  }

  #follow(time: number, rate: number): void {
    this.#jump = undefined
    // as little as possible: reading the watch anew rounds
    if (time === this.now() && rate === this.#anchor.rate) return
    this.#anchor = { time, watch: this.#watch(), rate }
  }
}
