import type { Clock } from '@pumphandle/shared/clock'
import type { Logger } from '../../log/logger.ts'
import type { Store } from '../../store/index.ts'
import { listMaintenance } from '../../store/maintenance.ts'

/** How often windows begin and end, and their queries are asked anew: machines that move or enrol are taken in by then. */
const EVERY_MS = 30_000

export interface WindowsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  /** Ids of the machines that a query finds now. */
  readonly machinesOf: (q: string) => Promise<Iterable<number>>
}

/** The machines that are under maintenance now: what fails there was meant to, and raises no incident. */
export class MaintenanceWindows {
  readonly #deps: WindowsDeps
  readonly #stop: () => void
  #machines: ReadonlySet<number> = new Set()
  #running: Promise<void> = Promise.resolve()

  constructor(deps: WindowsDeps) {
    this.#deps = deps
    this.#stop = deps.clock.every(EVERY_MS, () => {
      this.#running = this.read().catch((error: unknown) =>
        deps.log.error({ err: error }, 'maintenance windows could not be read'),
      )
    })
  }

  has(machine: number): boolean {
    return this.#machines.has(machine)
  }

  /** Asks anew which windows are open and whom they are about. Call after a change. */
  async read(): Promise<void> {
    const { store, clock, log, machinesOf } = this.#deps
    const now = clock.now()
    const machines = new Set<number>()
    for (const window of await listMaintenance(store.db, now)) {
      if (window.from_at > now) continue
      try {
        for (const id of await machinesOf(window.q)) machines.add(id)
      } catch (error) {
        log.warn({ err: error, window: window.title }, 'the query of a maintenance window is not understood any more')
      }
    }
    this.#machines = machines
  }

  async close(): Promise<void> {
    this.#stop()
    await this.#running
  }
}
