import type { Settings } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { DAY, MINUTE } from '@pumphandle/shared/time'
import type { Logger } from '../../log/logger.ts'
import type { Store } from '../../store/index.ts'
import { deleteOldAudit, deleteOldCrashes, deleteOldEvents, deleteOldTransitions } from '../../store/retention.ts'
import { Job } from '../job.ts'

/** How often it is looked whether something is over its time. */
const EVERY_MS = MINUTE
/** Steps of one round: 20,000 rows a minute are deleted at most, 28 million a day, more than a region sends. */
const STEPS = 20

export interface RetentionDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  /** As it is set now. */
  readonly days: () => Settings['retentionDays']
}

/** Deletes what is older than the settings say, in small steps between which agents' events are written. */
export class Retention {
  readonly #deps: RetentionDeps
  readonly #job: Job

  constructor(deps: RetentionDeps) {
    this.#deps = deps
    this.#job = new Job({
      ...deps,
      everyMs: EVERY_MS,
      run: () => this.#round(),
      failed: 'old events could not be deleted',
    })
  }

  /** One round. */
  run(): Promise<void> {
    return this.#job.run()
  }

  close(): Promise<void> {
    return this.#job.close()
  }

  async #round(): Promise<void> {
    const { store, clock, log, days } = this.#deps
    const { events, audit } = days()
    const before = clock.now() - events * DAY
    let deleted = 0
    for (let step = 0; step < STEPS; step++) {
      const gone = await store.transaction(
        async (tx) => (await deleteOldEvents(tx, before)) + (await deleteOldTransitions(tx, before)),
      )
      deleted += gone
      if (gone === 0) break
    }
    await store.transaction((tx) => deleteOldCrashes(tx, before))
    await store.transaction((tx) => deleteOldAudit(tx, clock.now() - audit * DAY))
    if (deleted > 0) log.info({ deleted, olderThanDays: events }, 'old events were deleted')
  }
}
