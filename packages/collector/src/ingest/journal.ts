import type { Clock } from '@pumphandle/shared/clock'
import type { AgentEvent } from '@pumphandle/shared/wire'
import type { Arrived } from '../model/arrived.ts'
import type { ComponentChange } from '../model/component.ts'
import { storeFaultOf } from '../model/store-fault.ts'
import type { Told } from '../model/told.ts'
import { EventAppender } from '../store/append.ts'
import type { Catalogue } from '../store/catalogue.ts'
import type { EdgeLog } from '../store/cluster/edge-log.ts'
import { GroupCommit } from '../store/group-commit.ts'
import type { Store, Tx } from '../store/index.ts'
import type { MayName } from '../store/project/components.ts'
import { derivesNothing, lockMachines, project } from '../store/project/project.ts'
import { insertTransitions, type NewTransition } from '../store/transitions.ts'
import { deleteUnusedComponents, type Unused } from '../store/unused-components.ts'

/** One thing to write: the events of a frame, a change of a machine's state, or what an edge has to tell beside. */
type Entry =
  | { readonly events: readonly Arrived[] }
  | { readonly transition: NewTransition }
  | { readonly told: Told }
  | { readonly forget: Unused }

/** What of a frame was news. */
export interface Stored {
  /** Events that were not known, and crashes of which more is known now, with everything that is known. */
  readonly news: readonly Arrived[]
  readonly components: readonly ComponentChange[]
}

const NOTHING: Stored = { news: [], components: [] }
/** Events of one transaction: about 60 ms of work, so that an ack under load waits for two of them at most. */
const MAX_EVENTS_PER_COMMIT = 5_000
/** What events of one machine may cost in a transaction: a few milliseconds of work, which nobody notices. */
const COST_OF_ONE_MACHINE = 100
/** A machine that had so much rests for so many times as long as that took: it has a twentieth of the time. */
const RESTS = 20
/** What events cost that are more than a row of the journal, which is 1 and some 30 µs of all threads together. */
const COSTS: Partial<Record<AgentEvent['type'], number>> = { 'component-changed': 8, crash: 3, reachability: 2 }

export interface JournalOptions {
  readonly store: Store
  readonly catalogue: Catalogue
  readonly clock: Pick<Clock, 'now' | 'after'>
  /** False: a machine may have as much of a transaction as it likes. For benchmarks, whose few senders stand for many. */
  readonly isFair?: boolean
  /** The newest event's sequence number in the store. */
  readonly lastSeq?: number
  /** How many of so many new component versions a machine may bring. */
  readonly takeNames: MayName
  /** An edge's own part of the journal: what is stored is told there by the same transaction. Absent in one process. */
  readonly log?: EdgeLog
}

/** Writes what machines send, many machines in one transaction; resolves when it is on disk. */
export class Journal {
  readonly #commits: GroupCommit<Entry, Stored>
  readonly #store: Store
  readonly #catalogue: Catalogue
  readonly #appender: EventAppender
  readonly #log: EdgeLog | undefined
  readonly #now: () => number
  readonly #isFair: boolean
  readonly #takeNames: MayName
  #lastSeq = 0
  #lastCommitMs = 0
  readonly #listeners = new Set<(ms: number) => void>()
  /** What waits longest came then; undefined where nothing waits. */
  #busySince: number | undefined
  /** Components that a failed transaction had made are gone: what is known of them is read anew. */
  #catalogueIsStale = false
  /** Of transactions that failed, and may have taken effect all the same: their answer was lost. */
  readonly #unsure = new WeakSet<Entry>()

  constructor(options: JournalOptions) {
    this.#takeNames = options.takeNames
    this.#log = options.log
    this.#appender = new EventAppender(options.store.kind)
    this.#store = options.store
    this.#catalogue = options.catalogue
    const { clock } = options
    this.#now = () => clock.now()
    this.#isFair = options.isFair ?? true
    this.#lastSeq = options.lastSeq ?? 0
    this.#commits = new GroupCommit({
      commit: (entries) => this.#commit(entries),
      weight: (entry) => ('events' in entry ? entry.events.length : 1),
      maxWeight: MAX_EVENTS_PER_COMMIT,
      over: (error) => this.#store.over(error),
      ...(this.#isFair && {
        fair: { sender: machineOf, cost: costOf, share: COST_OF_ONE_MACHINE, rests: RESTS, clock },
      }),
    })
  }

  /** Events that wait for a transaction. */
  get waiting(): number {
    return this.#commits.waiting
  }
  /** Sequence number of the newest event that was committed and passed on. */
  get lastSeq(): number {
    return this.#lastSeq
  }
  /** How long the last transaction took. */
  get lastCommitMs(): number {
    return this.#lastCommitMs
  }

  /** Told how long each transaction took, milliseconds. The answer ends it. */
  onCommit(listener: (ms: number) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Milliseconds since anything was stored while something waited; 0 where nothing waits. */
  get stuckMs(): number {
    return this.#busySince === undefined ? 0 : this.#now() - this.#busySince
  }

  /** A frame's events in parts that are appended each by itself: what costs much does not hold up the others. */
  inParts(events: readonly Arrived[]): (readonly Arrived[])[] {
    if (!this.#isFair) return [events]
    const parts: Arrived[][] = [[]]
    let cost = 0
    for (const one of events) {
      const own = costOfEvent(one.event)
      if (cost > 0 && cost + own > COST_OF_ONE_MACHINE) {
        parts.push([])
        cost = 0
      }
      parts.at(-1)?.push(one)
      cost += own
    }
    return parts
  }

  append(events: readonly Arrived[]): Promise<Stored> {
    return this.#add({ events })
  }
  transition(transition: NewTransition): Promise<Stored> {
    return this.#add({ transition })
  }
  /** For an edge: tells what the database has nothing else of. */
  async tell(told: Told): Promise<void> {
    await this.#add({ told })
  }
  /** What waits is tried once more, and then nobody waits for a database that cannot be written to. */
  end(): void {
    this.#commits.end()
  }
  /** Forgets components that nobody has any more, a bounded number; in its turn, so that no event finds half of it. */
  async forget(unused: Unused): Promise<void> {
    await this.#commits.add({ forget: unused })
  }
  settled(): Promise<void> {
    return this.#commits.settled()
  }

  #add(entry: Entry): Promise<Stored> {
    this.#busySince ??= this.#now()
    return this.#commits.add(entry)
  }

  /**
   * Nothing but events, of which nothing else is stored: most groups are such, and one message to the database's thread, or
   * one statement of an edge. Undefined: not so.
   */
  async #appendAlone(entries: readonly Entry[], arrived: readonly Arrived[]) {
    const [store, log] = [this.#store, this.#log]
    const isAlone = arrived.length > 0 && entries.every((e) => 'events' in e) && derivesNothing(arrived)
    if (!isAlone) return undefined
    if (log) {
      // it is written as if all were new, and nothing is written where they are not
      const stored = byEntry(entries, arrived, [])
      const told = toldOf(entries, stored)
      const seq = await store.alone((db) => log.appendWithEvents(db, arrived, told))
      return seq === undefined ? undefined : { stored, seq }
    }
    if (store.kind !== 'sqlite') return undefined
    const { fresh, seq } = await this.#appender.appendAlone(store, arrived)
    return { stored: byEntry(entries, fresh, []), seq }
  }

  async #write(tx: Tx, entries: readonly Entry[], arrived: readonly Arrived[]) {
    const isAgain = entries.some((entry) => this.#unsure.has(entry))
    // an edge's journal has told them already, where that transaction took effect
    const since = isAgain && !this.#log ? this.#lastSeq : undefined
    const appended = await this.#appender.append(tx, arrived, since)
    const transitions = entries.flatMap((e) => ('transition' in e ? [e.transition] : []))
    if (this.#store.kind === 'postgres') await lockMachines(tx, appended.fresh, transitions)
    await insertTransitions(tx, transitions, isAgain)
    const projected = await project(tx, this.#catalogue, appended, this.#takeNames)
    for (const entry of entries)
      if ('forget' in entry) this.#catalogue.forget(await deleteUnusedComponents(tx, entry.forget))
    const stored = byEntry(entries, [...appended.fresh, ...projected.grown], projected.components)
    await this.#log?.append(tx, toldOf(entries, stored))
    return { stored, seq: appended.seq }
  }

  async #commit(entries: readonly Entry[]): Promise<readonly Stored[]> {
    const began = this.#now()
    const arrived = entries.flatMap((e) => ('events' in e ? e.events : []))
    try {
      if (this.#catalogueIsStale) await this.#catalogue.load(this.#store.db)
      this.#catalogueIsStale = false
      const { stored, seq } =
        (await this.#appendAlone(entries, arrived)) ??
        (await this.#store.transaction((tx) => this.#write(tx, entries, arrived)))
      this.#log?.committed()
      // callers go on in this very turn of the event loop: whoever reads it later sees events that were passed on
      if (seq > 0) this.#lastSeq = seq
      const now = this.#now()
      this.#lastCommitMs = now - began
      for (const listener of this.#listeners) listener(this.#lastCommitMs)
      this.#busySince = this.#commits.waiting > 0 ? now : undefined
      return stored
    } catch (error) {
      this.#log?.failed()
      this.#catalogueIsStale = true
      for (const entry of entries) this.#unsure.add(entry)
      if (storeFaultOf(error) === undefined) this.#busySince = this.#commits.waiting > 0 ? this.#now() : undefined
      throw error
    }
  }
}

/** What whoever follows an edge learns of a transaction, in the order of its entries. */
function toldOf(entries: readonly Entry[], stored: readonly Stored[]): Told[] {
  return entries.flatMap((entry, i): Told[] => {
    if ('told' in entry) return [entry.told]
    const { news, components } = stored[i] ?? NOTHING
    const m = 'events' in entry ? entry.events[0]?.machineId : undefined
    return m === undefined || news.length + components.length === 0 ? [] : [{ t: 'stored', m, news, components }]
  })
}

/** Whose entry it is, if any machine's. */
function machineOf(entry: Entry): number | undefined {
  if ('events' in entry) return entry.events[0]?.machineId
  return 'transition' in entry ? entry.transition.machineId : undefined
}

function costOf(entry: Entry): number {
  return 'events' in entry ? entry.events.reduce((sum, { event }) => sum + costOfEvent(event), 0) : 1
}

function costOfEvent(event: AgentEvent): number {
  return event.type === 'inventory' ? 1 + event.components.length : (COSTS[event.type] ?? 1)
}

/** Hands out what was news to the frames that brought it. One machine has one connection, so its machine tells the frame. */
function byEntry(
  entries: readonly Entry[],
  news: readonly Arrived[],
  components: readonly ComponentChange[],
): readonly Stored[] {
  const stored = new Map<number, { news: Arrived[]; components: ComponentChange[] }>()
  const of = (machineId: number) => {
    const known = stored.get(machineId)
    if (known) return known
    const made = { news: [], components: [] }
    stored.set(machineId, made)
    return made
  }
  for (const a of news) of(a.machineId).news.push(a)
  for (const c of components) of(c.machineId).components.push(c)
  return entries.map((entry) => {
    const machineId = 'events' in entry ? entry.events[0]?.machineId : undefined
    if (machineId === undefined) return NOTHING
    // a machine's second frame of the group gets what is left: nothing
    const found = stored.get(machineId)
    stored.delete(machineId)
    return found ?? NOTHING
  })
}
