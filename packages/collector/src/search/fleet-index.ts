import type { Clock } from '@pumphandle/shared/clock'
import { Serial } from '@pumphandle/shared/flow'
import { othersTurn } from '@pumphandle/shared/others-turn'
import type { Changes } from '../fleet/changes.ts'
import type { FleetReader } from '../fleet/fleet.ts'
import type { Incidents } from '../incidents/index.ts'
import type { Logger } from '../log/logger.ts'
import { type Bitset, FleetColumns, loadColumns, type Query } from '../query/index.ts'
import type { Store } from '../store/index.ts'
import { allPlaces, practicesByIds } from '../store/machine-queries.ts'
import { machinesByIds } from '../store/machine-rows.ts'
import { savedQueries } from '../store/saved-queries.ts'
import { tagsOfMachines } from '../store/tags.ts'
import { syncCohorts } from './cohort-sync.ts'
import { ComponentSync, take } from './component-sync.ts'
import { SavedGroups, withGroups } from './groups.ts'
import { search } from './search.ts'

/** How often machines whose rows changed are read again: a search is at most this far behind the store. */
const SYNC_EVERY_MS = 500
/** Machines read in one go: about 20 ms, in which nothing else runs. */
const MACHINES_PER_READ = 500
/** Practices read in one go: well under the number of parameters that either database takes. */
const PRACTICES_PER_READ = 1_000
/** Cohorts are taken over no more often than this: an incident of 100,000 members costs about 50 ms. */
const COHORTS_EVERY_MS = 2_000
/** How often saved questions are read again though nobody said that they changed: they are kept elsewhere, for all. */
const GROUPS_EVERY_MS = 5_000
/** When machines were last heard is taken over no more often: 100,000 of them cost about 5 ms. */
const HEARD_EVERY_MS = 5_000

/** Searches at once: each of them reads some milliseconds at a time where it asks for the past, and frames are read in between. */
const SEARCHES_AT_ONCE = 2

export interface IndexSources {
  readonly store: Store
  readonly clock: Clock
  readonly changes: Changes
  readonly fleet: FleetReader
  readonly incidents: Pick<Incidents, 'active' | 'get'>
  readonly log: Logger
}

/**
 * The fleet's columns, that searches and facets are answered from, kept up with what the collector stores: states at once,
 * rows and components by reading changed machines again, cohorts from the incidents in memory.
 */
export class FleetIndex {
  readonly #sources: IndexSources
  #columns = new FleetColumns()
  readonly #components = new ComponentSync()
  /** Nothing was read yet, or a read failed halfway: what it was about is not known any more. */
  #mustReload = true
  readonly #dirtyRows = new Set<number>()
  readonly #dirtyIncidents = new Set<number>()
  readonly #dirtyPractices = new Set<number>()
  readonly #saved = new SavedGroups()
  #groupsDiffer = true
  #groupsAt = 0
  #isStarted = false
  #cohortsAt = 0
  #heardAt = 0
  readonly #reads = new Serial()
  readonly #searches = new Serial({ atOnce: SEARCHES_AT_ONCE })
  readonly #stops: (() => void)[] = []

  constructor(sources: IndexSources) {
    this.#sources = sources
  }

  get columns(): FleetColumns {
    return this.#columns
  }

  /** Reads the fleet and begins to follow it; where it was started before, what nobody told of since is read. */
  async start(): Promise<void> {
    const { changes, clock, log, incidents } = this.#sources
    if (this.#isStarted) {
      this.#groupsDiffer = true
      for (const { record } of incidents.active()) this.#dirtyIncidents.add(record.id)
      return this.sync()
    }
    this.#isStarted = true
    this.#stops.push(
      changes.on('machine-changed', ({ machine, from }) => {
        this.#columns.setState(machine.id, machine.state, machine.stateSince)
        // the same message tells of a new machine, name or practice: the row says which
        if (from === machine.state) this.#dirtyRows.add(machine.id)
        if (this.#columns.machines.indexOf(machine.id) === undefined) {
          this.#dirtyRows.add(machine.id)
          this.#components.mark(machine.id)
        }
      }),
      changes.on('machine-gone', ({ machine }) => {
        this.#dirtyRows.delete(machine.id)
        this.#columns.removeMachine(machine.id)
      }),
      changes.on('event-stored', ({ machine, event }) => {
        if (event.type === 'boot' || event.type === 'crash' || event.type === 'inventory')
          this.#dirtyRows.add(machine.id)
        if (event.type === 'inventory') this.#components.mark(machine.id)
        if (event.type === 'component-changed') this.#components.mark(machine.id, event.kind)
      }),
      changes.on('practices-changed', ({ practices }) => {
        for (const id of practices) this.#dirtyPractices.add(id)
      }),
      changes.on('incident-changed', ({ incident }) => void this.#dirtyIncidents.add(incident)),
    )
    this.#stops.push(
      clock.every(SYNC_EVERY_MS, () => {
        // one that takes longer is not followed by a queue of others
        if (!this.#reads.isIdle) return
        this.sync().catch((error: unknown) => {
          this.#mustReload = true
          log.error({ err: error }, 'the search index could not be brought up to date')
        })
      }),
    )
    await this.sync()
  }

  /** The machines that a query finds now. */
  async search(query: Query): Promise<Bitset> {
    const { store, clock } = this.#sources
    return this.#searches.run(() => search(store, this.#columns, withGroups(query, this.#columns.groups), clock.now()))
  }

  /** Saved questions changed: read again at the next `sync`. */
  groupsChanged(): void {
    this.#groupsDiffer = true
  }

  /** Brings the columns up to what is stored now. */
  sync(): Promise<void> {
    return this.#reads.run(() => this.#sync())
  }

  close(): Promise<void> {
    for (const stop of this.#stops) stop()
    return this.#reads.settled()
  }

  async #reload(): Promise<void> {
    const { store, fleet } = this.#sources
    const columns = await loadColumns(store.reader)
    // what changed while it was read
    for (const id of columns.machines.allIds()) if (!fleet.byId(id)) columns.removeMachine(id)
    for (const machine of fleet.machines()) columns.setState(machine.id, machine.state, machine.stateSince)
    columns.groups = this.#columns.groups
    this.#columns = columns
    this.#components.startFrom(columns)
    this.#mustReload = false
  }

  async #sync(): Promise<void> {
    const { store, fleet, clock, incidents } = this.#sources
    if (this.#mustReload) await this.#reload()
    if (this.#groupsDiffer || clock.now() - this.#groupsAt >= GROUPS_EVERY_MS) {
      this.#groupsDiffer = false
      this.#groupsAt = clock.now()
      this.#columns.groups = this.#saved.of(await savedQueries(store.reader))
    }
    // before their machines: a page sorts machines by what their practices are called
    if (this.#dirtyPractices.size > 0) await this.#readPlaces()
    while (this.#dirtyRows.size > 0) {
      const rows = take(this.#dirtyRows, MACHINES_PER_READ)
      const machines = await machinesByIds(store.reader, rows)
      const tags = await tagsOfMachines(store.reader, rows)
      for (const row of machines) {
        if (row.retired_at !== null) continue
        this.#columns.setMachine(row)
        // the fleet knows it before it is stored
        const machine = fleet.byId(row.id)
        if (machine) this.#columns.setState(machine.id, machine.state, machine.stateSince)
        this.#columns.setTags(row.id, tags.get(row.id))
      }
      await othersTurn()
    }
    await this.#components.run(this.#columns, store.reader)
    if (clock.now() - this.#heardAt >= HEARD_EVERY_MS) {
      this.#heardAt = clock.now()
      for (const machine of fleet.machines()) this.#columns.heard(machine.id, machine.lastHeard)
    }
    if (this.#dirtyIncidents.size > 0 && clock.now() - this.#cohortsAt >= COHORTS_EVERY_MS) {
      this.#cohortsAt = clock.now()
      for (const id of this.#dirtyIncidents) syncCohorts(this.#columns, incidents, id)
      this.#dirtyIncidents.clear()
    }
  }

  async #readPlaces(): Promise<void> {
    const { reader } = this.#sources.store
    const { regions, pcns } = await allPlaces(reader)
    for (const row of regions) this.#columns.setRegion(row)
    for (const row of pcns) this.#columns.setPcn(row)
    while (this.#dirtyPractices.size > 0)
      for (const row of await practicesByIds(reader, take(this.#dirtyPractices, PRACTICES_PER_READ)))
        this.#columns.setPractice(row)
  }
}
