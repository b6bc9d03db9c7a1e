import { type Clock, systemClock } from '@pumphandle/shared/clock'

export interface FastClock extends Clock {
  /** From now on everything happens `speed` times as fast; timers that run already end as they were set. */
  hurry(speed: number): void
}

/**
 * What stood still for longer has this much of it counted while it hurries. On a busy computer a fleet and its collector
 * get a tenth of a processor: a clock that went on without them would be past the day that they are to live through.
 */
const MOST_AT_ONCE_MS = 100
/** How often it is seen that it does not stand still. */
const PULSE_MS = 20

/** A clock that can be told to hurry: a demo of two minutes is seen in twenty seconds, with real sockets and database. */
export function fastClock(real: Clock = systemClock): FastClock {
  let speed = 1
  let cancelPulse = () => {}
  let pulse = real.now()
  /** Real milliseconds that were not counted. */
  let withheld = 0
  const counted = () => (speed > 1 ? Math.min(real.now(), pulse + MOST_AT_ONCE_MS) : real.now()) - withheld
  let since = { counted: counted(), virtual: real.now() }
  const now = () => Math.round(since.virtual + (counted() - since.counted) * speed)

  function beat(): void {
    const at = real.now()
    if (speed > 1) withheld += Math.max(0, at - pulse - MOST_AT_ONCE_MS)
    pulse = at
  }
  function after(ms: number, run: () => void): () => void {
    const due = counted() + ms / speed
    let cancel = real.after(ms / speed, look)
    function look(): void {
      const left = due - counted()
      if (left <= 0) run()
      else cancel = real.after(left, look)
    }
    return () => cancel()
  }
  return {
    now,
    after,
    every(ms, run) {
      let cancel = after(ms, again)
      function again(): void {
        cancel = after(ms, again)
        run()
      }
      return () => cancel()
    },
    hurry(next) {
      beat()
      since = { counted: counted(), virtual: now() }
      cancelPulse()
      if (next > 1) cancelPulse = real.every(PULSE_MS, beat)
      speed = next
    },
  }
}
