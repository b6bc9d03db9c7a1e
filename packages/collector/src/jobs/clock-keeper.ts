import type { CollectorHealth } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { SteadyClock } from '@pumphandle/shared/steady-clock'
import { DAY, MINUTE, SECOND } from '@pumphandle/shared/time'
import { durationInWords } from '@pumphandle/shared/words'
import type { Fleet } from '../fleet/fleet.ts'
import { medianSkewMs } from '../fleet/own-clock.ts'
import type { Logger } from '../log/logger.ts'

/** Machines that may say what time it is: two of three do not go wrong together without a cause. */
const MIN_WITNESSES = 3

interface Keeping {
  readonly clock: Clock
  readonly log: Logger
  readonly fleet: Fleet
  readonly startedAt: number
  /** When the newest event was received that the store had at the start, by the clock of that time, ms epoch. */
  readonly newestBefore: number | undefined
}

/** Notices when the computer's clock jumps, and says so; nothing else is touched by it (SteadyClock). */
export class ClockKeeper {
  readonly #keeping: Keeping
  readonly #stop: () => void
  #saidAt = 0

  constructor(keeping: Keeping) {
    this.#keeping = keeping
    this.#stop = keeping.clock.every(SECOND, () => this.#look())
  }

  /** What the computer's clock does; undefined where it can be believed. */
  get problem(): CollectorHealth['problems'][number] | undefined {
    const jump = this.#jump()
    if (!jump) return undefined
    const way = jump.byMs > 0 ? 'ahead' : 'back'
    return {
      code: 'clock-jumped',
      title: `The clock of the collector's computer jumped ${durationInWords(Math.abs(jump.byMs))} ${way}; times shown go on as they were, and nothing is deleted until they agree. Mend its time service.`,
      severity: 'warning',
    }
  }

  /** Whether what is old may be deleted by the present time. */
  get mayDelete(): boolean {
    const { clock, fleet, startedAt, newestBefore } = this.#keeping
    if (this.#jump()) return false
    const others = medianSkewMs(fleet, MIN_WITNESSES)
    // machines know; or the store had nearly seen this time come before the start, for what it takes in since has the same
    // clock; or a day has passed in which somebody would have noticed
    if (others !== undefined) return Math.abs(others) < DAY
    if (newestBefore === undefined || clock.now() - startedAt > DAY) return true
    return Math.abs(startedAt - newestBefore) < DAY
  }

  close(): void {
    this.#stop()
  }

  #jump() {
    const { clock } = this.#keeping
    return clock instanceof SteadyClock ? clock.jump : undefined
  }

  #look(): void {
    const { clock, fleet, log } = this.#keeping
    if (!(clock instanceof SteadyClock)) return
    const before = clock.now()
    clock.check(() => medianSkewMs(fleet, MIN_WITNESSES))
    const leapt = clock.now() - before
    if (leapt > SECOND) log.warn({ byMs: leapt }, 'the computer’s clock was set, and is followed')
    const { jump } = clock
    if (jump && before - this.#saidAt >= MINUTE) {
      this.#saidAt = before
      log.error({ byMs: jump.byMs }, this.problem?.title ?? '')
    }
  }
}
