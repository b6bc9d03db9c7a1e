import type { Settings } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { DAY, MINUTE, SECOND } from '@pumphandle/shared/time'
import { Job } from '../../log/job.ts'
import type { Logger } from '../../log/logger.ts'
import { countDays, dropDays, forgetKnown, makeDays } from '../../store/days.ts'
import { newestEvent, oldestEvent } from '../../store/event-ends.ts'
import type { Store, Tx } from '../../store/index.ts'
import { deleteOldReports } from '../../store/practice-pages.ts'
import {
  deleteOldAudit,
  deleteOldCrashes,
  deleteOldEvents,
  deleteOldTransitions,
  ROWS_PER_STEP,
} from '../../store/retention.ts'

/** One step of each table: 7,500 events a minute, 10 million a day, several times what a region sends. */
const EVERY_MS = 2 * SECOND
/** Between two looks when the last one found nothing to delete. */
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
  /** Whether the present time can be believed. */
  readonly mayDelete: () => boolean
}

/** Deletes what is older than the settings say, in small steps between which agents' events are written. */
export class Retention extends Job {
  readonly #deps: RetentionDeps
  #idleUntil = 0
  /** What the day that began then may still delete: rows, and on PostgreSQL whole days. */
  #day = { began: Number.NEGATIVE_INFINITY, left: 0, days: 0 }
  #deleted = 0

  constructor(deps: RetentionDeps) {
    super({
      ...deps,
      everyMs: EVERY_MS,
      run: () => this.#round(),
      failed: 'old events could not be deleted',
    })
    this.#deps = deps
  }

  async #round(): Promise<void> {
    const { store, clock, log, days, mayDelete } = this.#deps
    const now = clock.now()
    if (now < this.#idleUntil || store.fault) return
    const inDays = store.kind === 'postgres'
    if (inDays)
      await makeDays(store, now).catch((error: unknown) => {
        log.warn({ err: error }, 'partitions of the next days could not be made; tried again in a minute')
      })
    if (!mayDelete()) {
      this.#idleUntil = now + IDLE_MS
      return
    }
    const [oldest, newest] = [await oldestEvent(store.reader), await newestEvent(store.reader)]
    await this.#startDay(now, oldest && newest ? newest.seq - oldest.seq + 1 : 0)
    const { events, audit } = days()
    const before = now - events * DAY
    let gone = 0
    if (inDays && this.#day.days > 0) {
      const dropped = await dropDays(store, before, this.#day.days)
      this.#day.days -= dropped
      if (dropped > 0) log.info({ days: dropped, olderThanDays: events }, 'days that were old were dropped')
    }
    for (const step of [
      (tx: Tx) => deleteOldEvents(tx, before),
      (tx: Tx) => deleteOldTransitions(tx, before),
      ...(inDays ? [(tx: Tx) => forgetKnown(tx, before, ROWS_PER_STEP)] : []),
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

  async #startDay(now: number, events: number): Promise<void> {
    if (now - this.#day.began < DAY) return
    const { store } = this.#deps
    const days = store.kind === 'postgres' ? await countDays(store.reader) : 0
    this.#day = {
      began: now,
      left: Math.max(ROWS_PER_DAY, Math.floor(events * SHARE_PER_DAY)),
      days: Math.max(1, Math.floor(days * SHARE_PER_DAY)),
    }
  }
}
