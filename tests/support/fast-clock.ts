import { type Clock, systemClock } from '@pumphandle/shared/clock'

export interface FastClock extends Clock {
  /** From now on everything happens `speed` times as fast; timers that run already end as they were set. */
  hurry(speed: number): void
}

/** A clock that can be told to hurry: a demo of two minutes is seen in twenty seconds, with real sockets and database. */
export function fastClock(real: Clock = systemClock): FastClock {
  let speed = 1
  let since = { real: real.now(), virtual: real.now() }
  const now = () => Math.round(since.virtual + (real.now() - since.real) * speed)
  const after = (ms: number, run: () => void) => real.after(ms / speed, run)
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
      since = { real: real.now(), virtual: now() }
      speed = next
    },
  }
}
