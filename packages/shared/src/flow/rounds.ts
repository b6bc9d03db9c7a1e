import type { Clock } from './clock.ts'
import { Coalesced } from './coalesced.ts'

export interface RoundsOptions {
  readonly clock: Pick<Clock, 'every'>
  readonly everyMs: number
  readonly run: () => Promise<void>
  /** Told what a run that came round failed with; left out where the work itself says what fails. */
  readonly failed?: (error: unknown) => void
}

/** Work that comes round with time, and never overlaps itself: what comes round during a run is left out. */
export class Rounds {
  readonly #runs: Coalesced<void>
  readonly #stop: () => void

  constructor({ clock, everyMs, run, failed = () => undefined }: RoundsOptions) {
    this.#runs = new Coalesced(run)
    this.#stop = clock.every(everyMs, () => {
      if (!this.#runs.isRunning) this.#runs.ask().catch(failed)
    })
  }

  /** Runs it now, or anew after the run that goes on. @throws (rejects) what the work throws */
  run(): Promise<void> {
    return this.#runs.ask()
  }

  /** No more runs; resolves when the last one has ended. */
  close(): Promise<void> {
    this.#stop()
    return this.#runs.settled()
  }
}
