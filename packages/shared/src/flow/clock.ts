/**
 * The one place that knows what time it is and that waits. Everything takes a Clock, so that tests and the simulator run
 * on a virtual one.
 */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number
  /** Calls `run` once, `ms` milliseconds from now; the answer cancels it. */
  after(ms: number, run: () => void): () => void
  /** Calls `run` every `ms` milliseconds; the answer ends it. */
  every(ms: number, run: () => void): () => void
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  every(ms, run) {
    const timer = setInterval(run, ms)
    return () => clearInterval(timer)
  },
}

/** Milliseconds on a watch that nobody sets: only differences mean something. It does not run while a computer sleeps. */
export const stopwatch = (): number => performance.now()
