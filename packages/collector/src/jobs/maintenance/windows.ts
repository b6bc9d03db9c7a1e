import type { Clock } from '@pumphandle/shared/clock'
import { Job } from '../../log/job.ts'
import type { Logger } from '../../log/logger.ts'
import type { UnderMaintenance } from '../../pipeline/under-maintenance.ts'
import type { Store } from '../../store/index.ts'
import { listMaintenance } from '../../store/maintenance.ts'
import { occurrence, repeatsOf } from './recurrence.ts'

/** How often windows begin and end, and their queries are asked anew: machines that move or enrol are taken in by then. */
const EVERY_MS = 30_000

export interface WindowsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  /** Ids of the machines that a query finds now. */
  readonly machinesOf: (q: string) => Promise<Iterable<number>>
  /** By whose clocks on the wall windows come again. */
  readonly timeZone: () => string
  /** Told who is under maintenance now. */
  readonly under: UnderMaintenance
}

/** Opens and ends maintenance windows as time passes. */
export class MaintenanceWindows extends Job {
  readonly #deps: WindowsDeps

  constructor(deps: WindowsDeps) {
    super({ ...deps, everyMs: EVERY_MS, run: () => this.#read(), failed: 'maintenance windows could not be read' })
    this.#deps = deps
  }

  /** Asks anew which windows are open and whom they are about. Call after a change. */
  read(): Promise<void> {
    return this.run()
  }

  /** Whom a window is about, now. @throws where the query is not understood */
  machinesOf(q: string): Promise<Iterable<number>> {
    return this.#deps.machinesOf(q)
  }

  async #read(): Promise<void> {
    const { store, clock, log, machinesOf, timeZone, under } = this.#deps
    const now = clock.now()
    const machines = new Set<number>()
    for (const window of await listMaintenance(store.db, now)) {
      const { from, until } = occurrence(
        { from: window.from_at, until: window.until_at, repeats: repeatsOf(window.repeats) },
        now,
        timeZone(),
      )
      if (from > now || until <= now) continue
      try {
        for (const id of await machinesOf(window.q)) machines.add(id)
      } catch (error) {
        log.warn({ err: error, window: window.title }, 'the query of a maintenance window is not understood any more')
      }
    }
    under.set(machines)
  }
}
