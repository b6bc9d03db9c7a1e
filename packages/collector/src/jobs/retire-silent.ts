import type { Settings } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { DAY, HOUR } from '@pumphandle/shared/time'
import type { Retirement } from '../enrol/retirement.ts'
import { Job } from '../log/job.ts'
import type { Logger } from '../log/logger.ts'

const EVERY_MS = HOUR

interface Needs {
  readonly clock: Clock
  readonly log: Logger
  readonly retirement: Pick<Retirement, 'retireSilent'>
  /** As it is set now. */
  readonly days: () => Settings['retireAfterDays']
  /** Whether the present time can be believed, since when it is not heard of anybody else. */
  readonly mayRetire: () => boolean
}

/** Retires machines that were not heard for as many days as an admin has set. */
export function retireSilent({ clock, log, retirement, days, mayRetire }: Needs): Job {
  return new Job({
    clock,
    log,
    everyMs: EVERY_MS,
    failed: 'machines that were silent for long could not be retired',
    async run() {
      const after = days()
      if (after === 0 || !mayRetire()) return
      const retired = await retirement.retireSilent(after, clock.now() - after * DAY)
      if (retired > 0) log.info({ retired, days: after }, 'machines that were silent for long were retired')
    },
  })
}
