import type { Clock } from '@pumphandle/shared'

interface Timer {
  readonly dueAt: number
  readonly run: () => void
}

/** A clock that stands still until it is moved: an hour of a fleet passes as fast as it can be computed. */
export class VirtualClock implements Clock {
  #now: number
  /** Few at a time (the collector's own intervals), so a sorted list is enough. */
  #timers: Timer[] = []

  /** @param startAt milliseconds since 1970 UTC */
  constructor(startAt: number) {
    this.#now = startAt
  }

  now(): number {
    return this.#now
  }

  after(ms: number, run: () => void): () => void {
    return this.#add({ dueAt: this.#now + Math.max(0, ms), run })
  }

  every(ms: number, run: () => void): () => void {
    if (!(ms > 0)) throw new RangeError(`An interval of ${ms} ms would never let time pass`)
    let cancelled = false
    let cancel = () => {}
    const again = () => {
      if (cancelled) return
      cancel = this.after(ms, again)
      run()
    }
    cancel = this.after(ms, again)
    return () => {
      cancelled = true
      cancel()
    }
  }

  /** When the next timer is due, milliseconds since 1970; Infinity when there is none. */
  nextTimerAt(): number {
    return this.#timers[0]?.dueAt ?? Infinity
  }

  /** Moves time on to `time` and runs, in order, every timer that is due by then. Time never goes back. */
  advanceTo(time: number): void {
    while (this.#timers.length > 0 && this.#timers[0]!.dueAt <= time) {
      const timer = this.#timers.shift()!
      this.#now = Math.max(this.#now, timer.dueAt)
      timer.run()
    }
    this.#now = Math.max(this.#now, time)
  }

  #add(timer: Timer): () => void {
    let i = this.#timers.length
    while (i > 0 && this.#timers[i - 1]!.dueAt > timer.dueAt) i--
    this.#timers.splice(i, 0, timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }
}
