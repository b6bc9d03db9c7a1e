import { Rounds, type RoundsOptions } from '@pumphandle/shared/rounds'
import type { Logger } from './logger.ts'

export interface JobOptions extends Omit<RoundsOptions, 'failed'> {
  readonly log: Logger
  /** Said in the log where a run fails: a sentence without its end. */
  readonly failed: string
}

/** Rounds of which the log says what fails. */
export class Job extends Rounds {
  constructor({ log, failed, ...rounds }: JobOptions) {
    super({ ...rounds, failed: (error) => log.error({ err: error }, failed) })
  }
}
