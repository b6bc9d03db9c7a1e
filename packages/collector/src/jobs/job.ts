import type { Clock } from '@pumphandle/shared/clock'
import { Coalesced } from '@pumphandle/shared/flow'
import type { Logger } from '../log/logger.ts'

export interface JobOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly everyMs: number
  readonly run: () => Promise<void>
  /** Said in the log where a run fails: a sentence without its end. */
  readonly failed: string
}

/** Work that comes round with time, and never overlaps itself: what comes round during a run is left out. */
export class Job {
  readonly #runs: Coalesced<void>
  readonly #stop: () => void

  constructor({ clock, log, everyMs, run, failed }: JobOptions) {
    this.#runs = new Coalesced(run)
    this.#stop = clock.every(everyMs, () => {
      if (this.#runs.isRunning) return
      this.#runs.ask().catch((error: unknown) => log.error({ err: error }, failed))
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
