import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE, SECOND } from '@pumphandle/shared/time'
import type { Fleet } from '../fleet/fleet.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import type { Follower } from '../ingest/follower.ts'
import type { Logger } from '../log/logger.ts'
import type { UnderMaintenance } from '../pipeline/under-maintenance.ts'
import { type BrainPlace, readMuted, readPlace } from '../store/cluster/brain.ts'
import { type Edge, readEdges } from '../store/cluster/edges.ts'
import { machinesChanged } from '../store/cluster/machine-changes.ts'
import type { Row, Store } from '../store/index.ts'
import { machinesByIds } from '../store/machine-rows.ts'
import { isAnyMute } from './edge-watch.ts'
import type { JournalReader } from './reader.ts'
import type { Turn } from './turn.ts'

/** How often it looks how far the active brain is: what it has to catch up with at its turn is little more. */
const EVERY_MS = SECOND
/** How often it looks which machines' rows people have changed. */
const ROWS_EVERY_MS = 10 * SECOND
/** Two that see the same at slightly other moments may come to differ: it begins anew from what the active one takes down. */
const BEGINS_ANEW_AFTER_MS = 15 * MINUTE
/** A brain that stands by and has found other incidents than the active one for this long begins anew. */
const DIFFERS_MS = 10 * SECOND

/** What a brain that stands by has learned is not to be gone on from any more: it begins anew. */
export class Stale extends Error {
  override readonly name = 'Stale'
}

/** The rest of the brain, as far as it takes part. */
export interface StandbyParts {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly fleet: Fleet
  readonly follower: Follower
  readonly maintenance: UnderMaintenance
  readonly reader: JournalReader
  readonly turn: Turn
  /** Lets the fleet's and the detector's time pass to a time, ms epoch. */
  readonly passTo: (at: number) => void
  /** Which incidents the detector has found, as text. */
  readonly cases: () => string
  /** A machine is new, or somebody changed its name, place or standing. */
  readonly onMachine: (machine: FleetMachine) => void
  /** It has caught up with the active brain for the first time, and has time to make ready whatever else it will need. */
  readonly onFollowing: () => Promise<void>
  /** Some of them are on probation. */
  readonly onNewcomers: () => Promise<void>
  /** A person answers for a machine, or it needs nobody who does. @returns whether that is news */
  readonly onVouched: (machine: FleetMachine) => boolean
}

/**
 * A brain that stands by, warm: it takes in what the edges tell as the active one does, up to where that one's incidents are
 * stored and no further, and writes nothing. At its turn a second or two are left to catch up with.
 */
export class Standby {
  readonly #parts: StandbyParts
  readonly #began: number
  readonly #released = new Set<number>()
  #rowsAt = Number.NEGATIVE_INFINITY
  /** By the database's clock. */
  #rowsSince: number
  #mutedN = -1
  #differsSince: number | undefined

  /** @param since what the parts know is as of then, ms epoch */
  constructor(parts: StandbyParts, since: number) {
    this.#parts = parts
    this.#began = parts.clock.now()
    this.#rowsSince = since
  }

  /** Follows until it is this brain's turn, and then to the end. @throws Stale */
  async follow(): Promise<void> {
    const { turn, clock, log } = this.#parts
    let isFailing = false
    for (let isFirst = true; !turn.isDecided; await turn.within(clock, EVERY_MS))
      try {
        await this.#catchUp()
        isFailing = false
        if (!isFirst) continue
        isFirst = false
        log.info({ machines: this.#parts.fleet.size }, 'a brain stands by, and follows the active brain')
        void this.#makeReady()
      } catch (error) {
        if (error instanceof Stale) throw error
        if (!isFailing) log.warn({ err: error }, 'the active brain cannot be followed; tried again each second')
        isFailing = true
      }
    if (turn.isOver) throw new Stale('it ends')
    this.#rowsAt = Number.NEGATIVE_INFINITY
    await this.#catchUp()
  }

  async #makeReady(): Promise<void> {
    const { onFollowing, log } = this.#parts
    await onFollowing().catch((error: unknown) => {
      log.warn({ err: error }, 'a brain that stands by could not make its columns ready; they are read at its turn')
    })
  }

  async #catchUp(): Promise<void> {
    const { store, clock, fleet, reader, passTo, turn } = this.#parts
    const place = await readPlace(store.reader)
    if (clock.now() - this.#rowsAt >= ROWS_EVERY_MS) await this.#readRows()
    await this.#readMuted(place)
    const edges = await readEdges(store.reader)
    for (const { id } of edges) reader.follow(id)
    await reader.replay(place.positions, passTo)
    // as the active brain hears nobody then
    if (isAnyMute(edges)) fleet.deaf(place.tickAt)
    passTo(place.tickAt)
    this.#releaseEnded(edges, place.tickAt)
    if (!turn.isDecided) this.#compare(place)
  }

  /** What people, and machines that enrol, have changed at the active brain. */
  async #readRows(): Promise<void> {
    const { store, clock } = this.#parts
    const { ids, now } = await machinesChanged(store.reader, this.#rowsSince)
    await this.know(await machinesByIds(store.reader, ids))
    this.#rowsSince = now
    this.#rowsAt = clock.now()
  }

  /** Machines as they are stored. */
  async know(rows: readonly Row<'machine'>[]): Promise<void> {
    const { fleet, clock, onMachine, onNewcomers, onVouched } = this.#parts
    const now = clock.now()
    if (rows.some((row) => row.established_at === null)) await onNewcomers()
    for (const row of rows)
      if (row.retired_at !== null) fleet.remove(row.id, now)
      else {
        const isNews = differs(row, fleet.byId(row.id))
        // its tags may be others, which the columns of searches have
        const machine = fleet.put(row, now)
        // it counts as if it had from the beginning
        const isVouched = row.established_at === row.first_seen && onVouched(machine)
        if (isNews || isVouched) onMachine(machine)
      }
  }

  async #readMuted({ mutedN }: BrainPlace): Promise<void> {
    // one of the version before says nothing of it
    if (mutedN === this.#mutedN || mutedN === 0) return
    const { store, maintenance } = this.#parts
    maintenance.set(new Set(await readMuted(store.reader)))
    this.#mutedN = mutedN
  }

  /** Machines of edges that the active brain has given up, or that ended: as it let go of them. */
  #releaseEnded(edges: readonly Edge[], tickAt: number): void {
    const { fleet, follower } = this.#parts
    for (const { id, gone_at } of edges) {
      if (gone_at === null || gone_at > tickAt || this.#released.has(id)) continue
      this.#released.add(id)
      releaseEdge(fleet, follower, id, tickAt)
    }
  }

  #compare({ cases }: BrainPlace): void {
    const { clock, log } = this.#parts
    const now = clock.now()
    if (cases === '' || cases === this.#parts.cases()) this.#differsSince = undefined
    else this.#differsSince ??= now
    const differs = this.#differsSince !== undefined && now - this.#differsSince >= DIFFERS_MS
    if (!differs && now - this.#began < BEGINS_ANEW_AFTER_MS) return
    if (differs) log.warn('a brain that stands by found other incidents than the active one; it begins anew')
    throw new Stale('it begins anew from what the active brain has taken down')
  }
}

function differs(row: Row<'machine'>, known: FleetMachine | undefined): boolean {
  return (
    known === undefined ||
    known.name !== row.name ||
    known.site !== (row.practice_id ?? 0) ||
    known.region !== (row.region_id ?? 0) ||
    known.unmanaged !== (row.unmanaged === 1) ||
    known.revokedAt !== (row.revoked_at ?? undefined) ||
    known.isEstablished !== (row.established_at !== null) ||
    known.agentVersion !== row.agent_version
  )
}

/** An edge is not there any more: its machines did nothing, and have the time to come to another. */
export function releaseEdge(fleet: Fleet, follower: Follower, edge: number, now: number): void {
  for (const machine of fleet.machines()) {
    if (machine.connection?.edge !== edge) continue
    machine.connection = undefined
    follower.closed(machine, true, now)
  }
}
