import type { CollectorHealth } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import type { Fleet } from '../fleet/fleet.ts'
import type { Ingest } from '../ingest/ingest.ts'
import type { Journal } from '../ingest/journal.ts'
import type { DamagedRows } from '../store/damaged-rows.ts'
import type { StoreKeeper } from './store-keeper.ts'

/** A commit that takes longer keeps agents waiting: their acks come after it. */
const SLOW_COMMIT_MS = 2_000
/** Events that wait for the store: half of where senders are held back. */
const MANY_WAITING = 10_000
/** Seconds over which the rate of events is measured. */
const RATE_SECONDS = 10

type Problem = CollectorHealth['problems'][number]

interface Watched {
  readonly clock: Clock
  readonly fleet: Fleet
  readonly ingest: Ingest
  readonly journal: Journal
  readonly keeper: Pick<StoreKeeper, 'problem' | 'damage'>
  readonly damaged: Pick<DamagedRows, 'count' | 'first'>
  /** When this collector started, ms epoch. */
  readonly startedAt: number
}

/** How the collector itself is. */
export class Health {
  readonly #watched: Watched
  readonly #more: (() => Problem | undefined)[] = []
  #learnsUntil: () => number = () => Number.NaN
  #stored: number[] = []

  constructor(watched: Watched) {
    this.#watched = watched
  }

  /** Asks another part, made later, what is wrong with it. */
  also(ask: () => Problem | undefined): void {
    this.#more.push(ask)
  }

  /** Asks the detector, made later, until when it raises nothing: ms epoch, NaN where that is not known. */
  learns(until: () => number): void {
    this.#learnsUntil = until
  }

  /** Call once a second. */
  tick(): void {
    this.#stored.push(this.#watched.ingest.stored)
    if (this.#stored.length > RATE_SECONDS + 1) this.#stored.shift()
  }

  report(): CollectorHealth {
    const { clock, damaged, fleet, journal, keeper, startedAt } = this.#watched
    const problems = [keeper.problem, keeper.damage, ...this.#more.map((ask) => ask())].filter(
      (problem) => problem !== undefined,
    )
    if (journal.lastCommitMs > SLOW_COMMIT_MS)
      problems.push({
        code: 'slow-store',
        title: `The database took ${journal.lastCommitMs} ms for the last write; look at its disk.`,
        severity: 'warning',
      })
    if (journal.waiting > MANY_WAITING)
      problems.push({
        code: 'behind',
        title: `${journal.waiting} events wait to be stored; what the page shows is a little behind.`,
        severity: 'warning',
      })
    if (damaged.count > 0)
      problems.push({
        code: 'damaged-rows',
        title: `${damaged.count === 1 ? 'A row of the database is damaged and left out' : `${damaged.count} rows of the database are damaged and left out`} (${damaged.first}${damaged.count === 1 ? '' : ' first'}); look at its disk, and restore a backup if it goes on.`,
        severity: 'warning',
      })
    const now = clock.now()
    const learnsUntil = this.#learnsUntil()
    const seconds = Math.max(1, this.#stored.length - 1)
    return {
      ok: problems.every((p) => p.severity !== 'error'),
      problems,
      connections: fleet.connected,
      eventsPerSecond: ((this.#stored.at(-1) ?? 0) - (this.#stored[0] ?? 0)) / seconds,
      commitMs: journal.lastCommitMs,
      startedAt,
      blindUntil: fleet.blindUntil > now ? fleet.blindUntil : null,
      learnsUntil: learnsUntil > now ? learnsUntil : null,
    }
  }
}
