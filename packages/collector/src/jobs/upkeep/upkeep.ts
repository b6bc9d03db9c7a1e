import type { Settings } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { DAY, HOUR, MINUTE, SECOND, WEEK } from '@pumphandle/shared/time'
import { Job } from '../../log/job.ts'
import type { Logger } from '../../log/logger.ts'
import { newestEvent, oldestEvent } from '../../store/event-ends.ts'
import type { Store } from '../../store/index.ts'
import { deleteOldExposures, oldComponents } from '../../store/old-exposures.ts'
import { deleteOldEvents, deleteOldTransitions } from '../../store/retention.ts'
import { databaseSize } from '../../store/size.ts'
import { countDay, insertTrendDay, lastTrendDay } from '../../store/trends.ts'

/** One small step of each kind, between which agents' events are written. */
const EVERY_MS = 2 * SECOND
/** Between two looks when the last one found nothing to do. */
const IDLE_MS = 10 * MINUTE
/** Components whose past is looked at in one step: most have none that is old enough. */
const COMPONENTS_PER_STEP = 20
/** A database that is too large loses its oldest hour at a time. */
const CUT_MS = HOUR
/** Steps of a round while it is too large: 5,000 events a second go at most, ten times what a region sends. */
const CUTS_PER_ROUND = 10
/** What is never deleted for want of room: an outage and the week before it, which the detector compares it with. */
const LEAST_KEPT_MS = WEEK
/** Days that are counted afterwards, at the first start with this: as many as events are kept, and no more. */
const MOST_DAYS = 3_650

export interface UpkeepDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  /** As it is set now. */
  readonly days: () => Settings['retentionDays']
  /**
   * Bytes that a SQLite database may take; undefined for any number. PostgreSQL does not tell what is free within it, and
   * would be emptied.
   */
  readonly maxBytes: number | undefined
  /** Whether the present time can be believed. */
  readonly mayDelete: () => boolean
}

/**
 * Keeps the database from growing for ever, beside the days of retention: counts each day that is over before its events go,
 * deletes what machines had long ago, and where a size is set, the oldest events until it holds. "Long ago" is reckoned
 * back from the newest event, while the clock can be believed: one that is years ahead must not cost the history.
 */
export class Upkeep extends Job {
  readonly #deps: UpkeepDeps
  #component = 0
  #pastDoneUntil = 0
  #daysDoneUntil = 0
  #sizeDoneUntil = 0
  #cutBefore = 0

  constructor(deps: UpkeepDeps) {
    super({
      ...deps,
      everyMs: EVERY_MS,
      run: () => this.#round(),
      failed: 'the upkeep could not be done',
    })
    this.#deps = deps
  }

  async #round(): Promise<void> {
    const { store, clock, mayDelete } = this.#deps
    const newest = (await newestEvent(store.reader))?.receivedAt
    if (newest === undefined) return
    if (mayDelete()) {
      const now = Math.min(clock.now(), newest)
      await this.#countDays(now)
      await this.#forgetPast(now)
    }
    await this.#shrink(newest)
  }

  /** A day's line, one in a round. */
  async #countDays(now: number): Promise<void> {
    const { store } = this.#deps
    if (now < this.#daysDoneUntil) return
    const today = Math.floor(now / DAY) * DAY
    const last = await lastTrendDay(store.reader)
    const oldest = (await oldestEvent(store.reader))?.receivedAt
    const first = last === undefined ? Math.floor((oldest ?? now) / DAY) * DAY : last + DAY
    const day = Math.max(first, today - MOST_DAYS * DAY)
    if (day >= today) {
      // an hour after midnight the last of the day's events have come
      this.#daysDoneUntil = today + DAY + HOUR
      return
    }
    await insertTrendDay(store.db, await countDay(store.reader, day))
  }

  /** What some components' machines had before the days that are kept. */
  async #forgetPast(now: number): Promise<void> {
    const { store, days } = this.#deps
    if (now < this.#pastDoneUntil) return
    const before = now - days().events * DAY
    for (const component of await oldComponents(store.reader, this.#component, before, COMPONENTS_PER_STEP)) {
      if (await store.transaction((tx) => deleteOldExposures(tx, component, before))) return
      this.#component = component
    }
    const left = await oldComponents(store.reader, this.#component, before, 1)
    if (left.length > 0) return
    this.#component = 0
    this.#pastDoneUntil = now + IDLE_MS
  }

  async #shrink(newest: number): Promise<void> {
    const { store, clock, log, maxBytes } = this.#deps
    if (maxBytes === undefined || clock.now() < this.#sizeDoneUntil) return
    if (this.#cutBefore === 0) {
      const { bytes, freeBytes } = await databaseSize(store)
      const oldest = (await oldestEvent(store.reader))?.receivedAt
      const tooLarge = bytes - freeBytes > maxBytes
      const mayGo = oldest !== undefined && oldest + CUT_MS <= newest - LEAST_KEPT_MS
      if (tooLarge && !mayGo)
        log.warn({ bytes, maxBytes }, 'the database is larger than it may be, though it holds a week only')
      if (!tooLarge || !mayGo) {
        this.#sizeDoneUntil = clock.now() + MINUTE
        return
      }
      this.#cutBefore = oldest + CUT_MS
      log.info(
        { bytes, maxBytes, before: this.#cutBefore },
        'the database is larger than it may be: its oldest hour goes',
      )
    }
    const before = this.#cutBefore
    for (let step = 0; step < CUTS_PER_ROUND; step++) {
      const gone = await store.transaction(
        async (tx) => (await deleteOldEvents(tx, before)) + (await deleteOldTransitions(tx, before)),
      )
      if (gone > 0) continue
      this.#cutBefore = 0
      return
    }
  }
}
