import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import type { Fleet } from '../fleet/fleet.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import type { Row, Store } from '../store/index.ts'
import type { Practice } from '../store/practices.ts'
import { deleteMachine, moveMachines, namesakes, retireMachines, returnMachines } from '../store/retirement.ts'

/** A machine that was heard so lately is another one of the same name, and not the one that was enrolled anew. */
const NAMESAKE_SILENT_MS = 10 * MINUTE

/**
 * Machines go out of the fleet when they are re-imaged, replaced or scrapped: they are not counted, listed or expected any
 * more, and their history stays. One that connects is there, and comes back by itself.
 */
export class Retirement {
  readonly #store: Store
  readonly #clock: Clock
  readonly #fleet: Fleet
  readonly #onMoved: (machine: FleetMachine, at: number) => Promise<void>

  constructor(options: {
    readonly store: Store
    readonly clock: Clock
    readonly fleet: Fleet
    /** Told of each machine that came back or moved; resolves when its practice is known to whoever asks. */
    readonly onMoved: (machine: FleetMachine, at: number) => Promise<void>
  }) {
    this.#store = options.store
    this.#clock = options.clock
    this.#fleet = options.fleet
    this.#onMoved = options.onMoved
  }

  /**
   * Takes machines out of the fleet. Those that are connected are there, and stay.
   * @param successor number of the machine that stands in for them
   * @returns how many went, and how many are connected
   */
  async retire(
    ids: readonly number[],
    why: string,
    successor: number | null = null,
  ): Promise<{ retired: number; connected: number }> {
    const absent = ids.filter((id) => !this.#fleet.byId(id)?.connected)
    const now = this.#clock.now()
    const rows = await this.#store.transaction((tx) => retireMachines(tx, absent, { at: now, why, successor }))
    for (const row of rows) this.#fleet.remove(row.id, now)
    return { retired: rows.length, connected: ids.length - absent.length }
  }

  /** Brings machines back. @returns how many were retired */
  async bringBack(whom: Parameters<typeof returnMachines>[1]): Promise<number> {
    const rows = await this.#store.transaction((tx) => returnMachines(tx, whom))
    await this.#put(rows)
    return rows.length
  }

  /** Deletes machines that are retired, with everything that is known of them. */
  async remove(ids: readonly number[]): Promise<void> {
    for (const id of ids) await deleteMachine((run) => this.#store.transaction(run), id)
  }

  /** Moves machines to another practice; what happened on them moves along. */
  async move(ids: readonly number[], to: Practice): Promise<number> {
    const rows = await this.#store.transaction((tx) => moveMachines(tx, ids, to))
    await this.#put(rows.filter((row) => row.retired_at === null))
    return rows.length
  }

  /**
   * A machine was enrolled anew: those that had its name and place, or say to be the same computer, and have been silent, are
   * what it was before. A newcomer on probation stands in for nobody: whoever has a token could hide a machine that is dark.
   * Nor is one replaced that was heard after the other had come: they are two.
   */
  async replaced(by: Row<'machine'>): Promise<void> {
    if (by.established_at === null) return
    const silentSince = Math.min(this.#clock.now() - NAMESAKE_SILENT_MS, by.first_seen)
    const gone = (await namesakes(this.#store.db, by)).filter((id) => {
      const machine = this.#fleet.byId(id)
      return machine !== undefined && !machine.connected && machine.lastHeard < silentSince
    })
    if (gone.length > 0) await this.retire(gone, `Enrolled anew as ${by.uid}`, by.id)
  }

  /** Retires machines that were not heard for that many days. */
  async retireSilent(days: number, before: number): Promise<number> {
    const silent: number[] = []
    for (const machine of this.#fleet.machines())
      if (!machine.connected && machine.lastHeard < before) silent.push(machine.id)
    if (silent.length === 0) return 0
    return (await this.retire(silent, `Not heard for ${days} days`)).retired
  }

  async #put(rows: readonly Row<'machine'>[]): Promise<void> {
    const now = this.#clock.now()
    await Promise.all(rows.map((row) => this.#onMoved(this.#fleet.put(row, now), now)))
  }
}
