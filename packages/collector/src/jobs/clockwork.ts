import type { Clock } from '@pumphandle/shared/clock'
import { Serial } from '@pumphandle/shared/flow'
import { Rounds } from '@pumphandle/shared/rounds'
import { MINUTE, SECOND } from '@pumphandle/shared/time'
import type { Changes } from '../fleet/changes.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import type { Logger } from '../log/logger.ts'
import type { Detection } from '../pipeline/detection.ts'
import type { PracticeBook } from '../practices/book.ts'
import { writeHeard, writePresence } from '../store/heard.ts'
import type { Store } from '../store/index.ts'
import type { Health } from './health.ts'

/** How stale `machine.last_seen` may be in the store: what people see comes from memory. */
const HEARD_EVERY_MS = 10 * MINUTE
/** How many machines are written, how often: 100,000 take the ten minutes, and each write 50 ms. */
const HEARD_PER_WRITE = 350
const HEARD_WRITE_EVERY_MS = 2 * SECOND
/** How often practices are read again that somebody may have changed behind this process's back. */
const PRACTICES_EVERY_MS = 60 * SECOND

interface Driven {
  readonly clock: Clock
  readonly log: Logger
  readonly changes: Changes
  readonly fleet: Fleet
  readonly detection: Detection
  readonly health: Health
  readonly book: PracticeBook
  readonly store: Store
}

/** What happens because time passes. */
export class Clockwork {
  readonly #driven: Driven
  readonly #stops: (() => void)[]
  readonly #writes = new Serial()
  readonly #reads = new Serial()
  readonly #rereads: Rounds
  /** Whether the store may have other practices than are known: others write there too, or the last read failed. */
  #mayDiffer: boolean

  constructor(driven: Driven) {
    this.#driven = driven
    const { clock, store } = driven
    this.#mayDiffer = store.kind === 'postgres'
    this.#stops = [
      clock.every(SECOND, () => this.#tick(clock.now())),
      clock.every(HEARD_WRITE_EVERY_MS, () => this.#writeHeard(clock.now() - HEARD_EVERY_MS)),
    ]
    const run = async () => {
      if (this.#mayDiffer) await this.readPractices()
    }
    this.#rereads = new Rounds({ clock, everyMs: PRACTICES_EVERY_MS, run })
  }

  async stop(): Promise<void> {
    for (const stop of this.#stops) stop()
    await this.#rereads.close()
  }

  /**
   * These practices, or all, as the store has them now: told to everybody where they changed, and to the detector where
   * their machines moved with them. One at a time: an older answer must not be the last.
   */
  readPractices(ids?: readonly number[]): Promise<void> {
    return this.#reads.run(() => this.#readPractices(ids))
  }

  async #readPractices(ids: readonly number[] | undefined): Promise<void> {
    const { book, changes, fleet, detection, clock, log, store } = this.#driven
    try {
      const { changed, moved } = await book.read(ids)
      if (!ids) this.#mayDiffer = store.kind === 'postgres'
      for (const site of moved)
        for (const machine of fleet.machinesAt(site)) {
          machine.region = book.regionOf(site)
          detection.enrolled(machine, clock.now())
        }
      if (changed.length > 0) changes.emit('practices-changed', { practices: changed, at: clock.now() })
    } catch (error) {
      this.#mayDiffer = true
      log.error({ err: error }, 'practices could not be read; tried again in a minute')
    }
  }

  /** Writes when each machine was last heard, for the next start: one row, since 100,000 would take too long to end. */
  async flush(): Promise<void> {
    await this.#writes.settled()
    const { fleet, store, clock } = this.#driven
    await writePresence(store.db, clock.now(), fleet.machines())
  }

  #tick(now: number): void {
    const { fleet, detection, health } = this.#driven
    fleet.tick(now)
    detection.tick(now)
    health.tick()
  }

  /** Writes some of those whose time in the store is from before `staleBefore`. */
  #writeHeard(staleBefore: number): void {
    const { fleet, store, log } = this.#driven
    const stale: FleetMachine[] = []
    for (const m of fleet.machines()) {
      if (m.lastHeard === m.storedHeard || m.storedHeard >= staleBefore) continue
      stale.push(m)
      if (stale.length >= HEARD_PER_WRITE) break
    }
    if (stale.length === 0) return
    const heard = stale.map((m) => ({ machineId: m.id, at: m.lastHeard }))
    for (const m of stale) m.storedHeard = m.lastHeard
    this.#writes
      .run(() => store.transaction((tx) => writeHeard(tx, heard)))
      .catch((error: unknown) => log.error({ err: error }, 'when machines were heard could not be stored'))
  }
}
