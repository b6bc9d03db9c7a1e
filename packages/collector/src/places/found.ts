import type { Clock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import type { FleetReader } from '../fleet/fleet.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import type { Logger } from '../log/logger.ts'

/** How long the answer of a query is used again: a round a second asks for every channel and incident. */
const FRESH_MS = 5 * SECOND
/** Queries that are kept: more than there are channels anywhere; each holds its machines' numbers. */
const MOST_KEPT = 50

/** Machines that queries find, asked now and then; undefined where a query is not understood any more. */
export class FoundMachines {
  readonly #clock: Pick<Clock, 'now'>
  readonly #log: Logger
  readonly #find: (q: string) => Promise<Iterable<number>>
  readonly #kept = new Map<string, { readonly at: number; readonly ids: ReadonlySet<number> | undefined }>()

  constructor(clock: Pick<Clock, 'now'>, log: Logger, find: (q: string) => Promise<Iterable<number>>) {
    this.#clock = clock
    this.#log = log
    this.#find = find
  }

  async of(q: string): Promise<ReadonlySet<number> | undefined> {
    const now = this.#clock.now()
    const kept = this.#kept.get(q)
    if (kept && now - kept.at < FRESH_MS) return kept.ids
    let ids: ReadonlySet<number> | undefined
    try {
      ids = new Set(await this.#find(q))
    } catch (error) {
      this.#log.warn({ err: error, q }, 'a channel’s query could not be asked: it is told of every machine')
    }
    if (this.#kept.size >= MOST_KEPT) this.#kept.clear()
    this.#kept.set(q, { at: now, ids })
    return ids
  }
}

/** The machines of a fleet that a query found; all of them where nobody knows which. */
export class FleetFound implements Pick<FleetReader, 'size' | 'byId' | 'machines'> {
  readonly #fleet: Pick<FleetReader, 'size' | 'byId' | 'machines'>
  readonly #ids: ReadonlySet<number> | undefined

  constructor(fleet: Pick<FleetReader, 'size' | 'byId' | 'machines'>, ids: ReadonlySet<number> | undefined) {
    this.#fleet = fleet
    this.#ids = ids
  }

  get size(): number {
    return this.#ids?.size ?? this.#fleet.size
  }
  byId(id: number): FleetMachine | undefined {
    return this.#ids?.has(id) === false ? undefined : this.#fleet.byId(id)
  }
  *machines(): Iterable<FleetMachine> {
    if (!this.#ids) return yield* this.#fleet.machines()
    for (const id of this.#ids) {
      const machine = this.#fleet.byId(id)
      if (machine) yield machine
    }
  }
}
