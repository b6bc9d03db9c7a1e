import type { Clock } from '@pumphandle/shared/clock'
import type { Fleet } from '../fleet/fleet.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import type { Follower } from '../ingest/follower.ts'
import type { Logger } from '../log/logger.ts'
import type { Told } from '../model/told.ts'
import type { Catalogue } from '../store/catalogue.ts'
import { type JournalRow, type Positions, ROWS_PER_EDGE, readJournal } from '../store/cluster/journal-rows.ts'
import type { Store } from '../store/index.ts'

export interface ReaderOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly fleet: Fleet
  readonly follower: Follower
  readonly catalogue: Catalogue
  /** Takes in machines that the fleet does not have: new ones, or retired ones that are there after all. */
  readonly know: (ids: readonly number[]) => Promise<void>
  /** Told how long after it was written each row was taken, ms; for benchmarks. */
  readonly onTaken?: ((lagMs: number) => void) | undefined
}

/** Follows the edges by their journal, each in its own order. Where it is belongs to what it made of it. */
export class JournalReader {
  readonly #options: ReaderOptions
  readonly #positions = new Map<number, number>()
  #lagMs = 0

  constructor(options: ReaderOptions) {
    this.#options = options
  }

  /** Up to which number each edge was read; as it is now, and changing. */
  get positions(): Positions {
    return this.#positions
  }
  /** How long after its commit the last row was taken, ms, where the clocks of both computers are right. */
  get lagMs(): number {
    return this.#lagMs
  }

  /** From now on these edges are followed too, from a number on: 0 has all that they told. */
  follow(edge: number, from = 0): void {
    if (!this.#positions.has(edge)) this.#positions.set(edge, from)
  }

  /** What an edge told is read to its end, and its rows are dropped. */
  forget(edge: number): void {
    this.#positions.delete(edge)
  }

  /** Takes everything that is committed now. */
  async readAll(): Promise<void> {
    const { clock } = this.#options
    for (;;) {
      const rows = await this.#next()
      for (const row of rows) {
        const now = clock.now()
        this.#lagMs = now - row.at
        this.#apply(row, now)
        this.#options.onTaken?.(clock.now() - row.at)
      }
      if (rows.length === 0) return
    }
  }

  /**
   * Takes what was told before, each row at its own time.
   * @param until up to which numbers; all that there is where absent
   * @param passTo lets time pass to a row's
   */
  async replay(until: Positions | undefined, passTo: (at: number) => void): Promise<void> {
    for (;;) {
      const rows = await this.#next(until)
      if (rows.length === 0) return
      for (const row of rows) {
        passTo(row.at)
        this.#apply(row, row.at)
      }
    }
  }

  /** The rows that come next, made ready; of one edge no row that another edge's comes before. */
  async #next(until?: Positions): Promise<JournalRow[]> {
    const { store, fleet, catalogue, know } = this.#options
    const read = await readJournal(store.reader, this.#positions)
    const rows = until ? read.filter((row) => row.n <= (until.get(row.edge) ?? 0)) : read
    const byEdge = Map.groupBy(rows, (row) => row.edge)
    const horizon = Math.min(
      ...[...byEdge.values()].filter((of) => of.length >= ROWS_PER_EDGE).map((of) => of.at(-1)?.at ?? 0),
    )
    const next = rows.filter((row) => row.at <= horizon)
    const all = next.flatMap((row) => row.told)
    await catalogue.learn(
      store.reader,
      all.flatMap((told) => (told.t === 'stored' ? told.components.map(({ component }) => component.id) : [])),
    )
    const unknown = new Set(all.map((told) => told.m).filter((id) => !fleet.byId(id)))
    if (unknown.size > 0) await know([...unknown])
    return next
  }

  #apply({ edge, n, told }: JournalRow, now: number): void {
    const last = this.#positions.get(edge) ?? 0
    if (n !== last + 1)
      this.#options.log.error({ edge, from: last, to: n }, 'rows of the journal are missing; what they told is unknown')
    for (const one of told) {
      const machine = this.#options.fleet.byId(one.m)
      // one that was deleted, or revoked, and whose edge does not know it yet
      if (machine && machine.revokedAt === undefined) this.#take(machine, one, edge, now)
    }
    this.#positions.set(edge, n)
  }

  #take(machine: FleetMachine, told: Told, edge: number, now: number): void {
    const { follower } = this.#options
    const { connection } = machine
    if (told.t === 'hello') {
      // of two connections the newer one counts, whichever edge's word comes first
      if (connection && connection.since > told.since) return
      const isRepeated = connection?.edge === edge && connection.since === told.since && machine.connected
      machine.connection = { edge, since: told.since, isQuiet: false }
      machine.clockSkewMs = told.hello.boot.startedAt - told.startedAt
      if (!isRepeated) follower.hello(machine, told.hello, told.startedAt, now)
      return
    }
    const isItsOwn = connection?.edge === edge
    if (told.t === 'stored') {
      if (isItsOwn && machine.connected) this.#options.fleet.heard(machine, now)
      return follower.stored(machine, told, now)
    }
    if (!isItsOwn || connection.since !== told.since) return
    switch (told.t) {
      case 'goodbye':
        machine.connection = undefined
        return follower.goodbye(machine, told.reason, now)
      case 'closed':
        machine.connection = undefined
        machine.lastHeard = now - told.quietMs
        return follower.closed(machine, told.isOurs, now)
      case 'quiet':
        connection.isQuiet = true
        machine.lastHeard = now - told.quietMs
        return
      case 'heard':
        connection.isQuiet = false
        this.#options.fleet.heard(machine, now)
    }
  }
}
