import type { Settings } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { DAY, MINUTE, SECOND } from '@pumphandle/shared/time'
import type { Logger } from '../../log/logger.ts'
import type { Store, Tx } from '../../store/index.ts'
import { deleteOldReports } from '../../store/practice-pages.ts'
import {
  deleteOldAudit,
  deleteOldCrashes,
  deleteOldEvents,
  deleteOldTransitions,
  eventRange,
  ROWS_PER_STEP,
} from '../../store/retention.ts'
import { Job } from '../job.ts'

/** One step of each table: 7,500 events a minute, 10 million a day, several times what a region sends. */
const EVERY_MS = 2 * SECOND
/** With nothing to do it is looked so often. */
const IDLE_MS = MINUTE
/**
 * The share of the events that a day of deleting may take, and what it may take in any case. With 400 days a day's events
 * are a quarter of a per cent: more is a setting that somebody has changed, or a clock that is wrong, and then there is
 * time to notice.
 */
const SHARE_PER_DAY = 0.1
const ROWS_PER_DAY = 20_000

export interface RetentionDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  /** As it is set now. */
  readonly days: () => Settings['retentionDays']
  /**
   * Whether the present time can be believed.
   * @param newest when the newest event was received
   */
  readonly mayDelete: (newest: number) => boolean
}

/** Deletes what is older than the settings say, in small steps between which agents' events are written. */
export class Retention {
  readonly #deps: RetentionDeps
  readonly #job: Job
  #idleUntil = 0
  /** What the day that began then may still delete. */
  #day = { began: Number.NEGATIVE_INFINITY, left: 0 }
  #deleted = 0

  constructor(deps: RetentionDeps) {
    this.#deps = deps
    this.#job = new Job({
      ...deps,
      everyMs: EVERY_MS,
      run: () => this.#round(),
      failed: 'old events could not be deleted',
    })
  }

  /** One step, unless there was nothing to do a moment ago. */
  run(): Promise<void> {
    return this.#job.run()
  }

  close(): Promise<void> {
    return this.#job.close()
  }

  async #round(): Promise<void> {
    const { store, clock, log, days, mayDelete } = this.#deps
    const now = clock.now()
    if (now < this.#idleUntil || store.fault) return
    const range = await eventRange(store.reader)
    if (range && !mayDelete(range.newest)) {
      this.#idleUntil = now + IDLE_MS
      return
    }
    this.#startDay(now, range ? range.last - range.first + 1 : 0)
    const { events, audit } = days()
    const before = now - events * DAY
    let gone = 0
    for (const step of [
      (tx: Tx) => deleteOldEvents(tx, before),
      (tx: Tx) => deleteOldTransitions(tx, before),
      (tx: Tx) => deleteOldCrashes(tx, before),
      (tx: Tx) => deleteOldReports(tx, before, ROWS_PER_STEP),
      (tx: Tx) => deleteOldAudit(tx, now - audit * DAY),
    ]) {
      if (this.#day.left < ROWS_PER_STEP) break
      const deleted = await store.transaction(step)
      this.#day.left -= deleted
      gone += deleted
    }
    this.#deleted += gone
    if (gone > 0) return
    this.#idleUntil = now + IDLE_MS
    if (this.#deleted > 0) log.info({ deleted: this.#deleted, olderThanDays: events }, 'what was old was deleted')
    this.#deleted = 0
  }

  #startDay(now: number, events: number): void {
    if (now - this.#day.began < DAY) return
    this.#day = { began: now, left: Math.max(ROWS_PER_DAY, Math.floor(events * SHARE_PER_DAY)) }
  }
}
