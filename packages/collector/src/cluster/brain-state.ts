import type { Clock } from '@pumphandle/shared/clock'
import { HOUR, MINUTE, SECOND } from '@pumphandle/shared/time'
import type { Fleet, Transition } from '../fleet/fleet.ts'
import type { Logger } from '../log/logger.ts'
import type { Beside, Detection } from '../pipeline/detection.ts'
import { restoreDetection, type StartOptions, startDetection, takeUp } from '../pipeline/start.ts'
import type { UnderMaintenance } from '../pipeline/under-maintenance.ts'
import { writePlace } from '../store/cluster/brain.ts'
import { askRosters, readEdges } from '../store/cluster/edges.ts'
import { lastOfEdge, readJournal } from '../store/cluster/journal-rows.ts'
import type { Store, Tx } from '../store/index.ts'
import { machinesByIds } from '../store/machine-rows.ts'
import { MUTE_MS } from './edge-watch.ts'
import { JournalReader, type ReaderOptions } from './reader.ts'
import { readSaved, type Saved, save } from './saved.ts'
import { Stale, Standby, type StandbyParts } from './standby.ts'
import type { Turn } from './turn.ts'

/** How much of the journal a brain has to replay at most that begins to stand by. */
const SNAPSHOT_EVERY_MS = MINUTE
/** What was taken down longer ago is not gone on from: nobody watched since, and the replay would take longer than a start. */
const GOES_ON_WITHIN_MS = HOUR
/** How often at least a brain that stands by is told that time has passed, where nothing happens. */
const PLACE_EVERY_MS = 5 * SECOND
/** The active brain stores changes of state beside the rest: those older than this are stored, or never will be. */
const STATES_WITHIN_MS = 2 * MINUTE

/** The rest of a brain, as far as it takes part. */
type Parts = Omit<ReaderOptions, keyof BrainStateOptions | 'know'> &
  Pick<StandbyParts, 'maintenance' | 'onFollowing' | 'onMachine' | 'onNewcomers' | 'onVouched'> & {
    /** Machines that were retired, and are there after all, come back. */
    readonly bringBack: (ids: readonly number[]) => Promise<unknown>
    /** What people have set is to be read anew: it is this brain's turn. */
    readonly onTurn: () => Promise<void>
    /** Stores a change of state. */
    readonly onTransition: (transition: Transition) => void
  }

export interface BrainStateOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  readonly turn: Turn
  readonly onTaken?: ReaderOptions['onTaken']
}

/**
 * What a brain knows, and how it comes by it: from what the active one took down and the journal since then, in two parts.
 * Up to where that one's incidents are stored, the detector alone learns, for as long as this one stands by; from there on
 * everything happens as it would have happened to the other. Without that, it begins as a collector of one process does
 * after it was away, and asks the edges who is connected.
 */
export class BrainState {
  readonly #options: BrainStateOptions
  readonly #saved: Saved | undefined
  #reader: JournalReader | undefined
  #fleet: Fleet | undefined
  #maintenance: UnderMaintenance | undefined
  #start: StartOptions | undefined
  #detection: Detection | undefined
  #goesOn = false
  #isRehearsing = false
  #isStale = false
  #isCatchingUp = false
  /** Changes of state that this brain judged while it caught up, of the last minutes: another may have stored them. */
  #judged: Transition[] = []
  #written: { readonly text: string; readonly at: number; readonly muted: ReadonlySet<number> } | undefined

  private constructor(options: BrainStateOptions, saved: Saved | undefined) {
    this.#options = options
    this.#saved = saved
  }

  static async read(options: BrainStateOptions): Promise<BrainState> {
    const { store, clock } = options
    const saved = await readSaved(store.reader)
    const isUsable =
      saved && saved.at <= clock.now() && clock.now() - saved.at < GOES_ON_WITHIN_MS && (await isWhole(store, saved))
    return new BrainState(options, isUsable ? saved : undefined)
  }

  /** The time that the fleet is built at: as of then it is known, and time passes from there. Undefined: now. */
  get at(): number | undefined {
    return this.#saved?.at
  }
  /** Another brain does what follows from what is told. */
  get isRehearsing(): boolean {
    return this.#isRehearsing
  }
  /** Changes of state are told to {@link judged}: another brain may have stored them. */
  get isCatchingUp(): boolean {
    return this.#isCatchingUp
  }
  /** It was given up while it stood by; another one is read anew. */
  get isStale(): boolean {
    return this.#isStale
  }
  /** Exists once {@link goOn} was called. */
  get reader(): JournalReader {
    if (!this.#reader) throw new Error('the journal is not read yet')
    return this.#reader
  }

  /** What the detector's owner keeps beside it. */
  get beside(): Beside {
    return {
      snapshotEveryMs: SNAPSHOT_EVERY_MS,
      snapshot: () => this.#save(),
      incidents: (tickAt) => this.#upTo(tickAt),
    }
  }

  judged(transition: Transition): void {
    const first = this.#judged[0]
    if (first && first.at < transition.at - 2 * STATES_WITHIN_MS)
      this.#judged = this.#judged.filter(({ at }) => at >= transition.at - STATES_WITHIN_MS)
    this.#judged.push(transition)
  }

  /** In place of a collector's own start. @throws Stale where it cannot stand by */
  async detection(options: StartOptions): Promise<Detection> {
    const { log, turn } = this.#options
    this.#start = options
    const restored = this.#saved && (await restoreDetection(options))
    this.#goesOn = restored !== undefined
    if (!restored) {
      if (!turn.claim) throw this.#giveUp(new Stale('what the detector had learned cannot be read'))
      log.warn('there is nothing to go on from: the brain begins as a collector that was away')
    }
    this.#detection = restored ?? (await startDetection(options))
    return this.#detection
  }

  /**
   * Follows the active brain until it is this one's turn, and takes up what the edges told since, to the present.
   * @throws Stale where it has to begin anew before that
   */
  async goOn(parts: Parts): Promise<void> {
    const { store, clock, log, turn } = this.#options
    const { fleet, maintenance, follower } = parts
    this.#fleet = fleet
    this.#maintenance = maintenance
    const detection = this.#detection
    const start = this.#start
    if (!detection || !start) throw new Error('the detector comes first')
    let standby: Standby | undefined
    const reader = new JournalReader({ ...this.#options, ...parts, know: (ids) => this.#know(ids, parts, standby) })
    this.#reader = reader
    if (!this.#goesOn || !this.#saved) {
      for (const { id } of await readEdges(store.reader)) reader.follow(id, await lastOfEdge(store.reader, id))
      await askRosters(store.db)
      return
    }
    const { at, positions, muted, machines } = this.#saved
    maintenance.set(new Set(muted))
    for (const [edge, n] of positions) reader.follow(edge, n)
    let passed = at
    const passTo = (to: number, toldAt = Number.POSITIVE_INFINITY) => {
      for (; passed + SECOND <= to; passed += SECOND) {
        const now = passed + SECOND
        standFor(fleet, now)
        if (now - toldAt >= MUTE_MS) fleet.deaf(now)
        fleet.tick(now)
        detection.pass(now)
      }
    }
    standby = new Standby({ ...this.#options, ...parts, reader, passTo, cases: () => detection.detector.cases }, at)
    this.#isRehearsing = true
    this.#isCatchingUp = true
    for (const { id, ...known } of machines) {
      const machine = fleet.byId(id)
      if (machine) fleet.resume(machine, known, at)
    }
    const following = standby
    await detection
      .rehearse(() => following.follow())
      .catch((error: unknown) => {
        throw error instanceof Stale ? this.#giveUp(error) : error
      })
    standby = undefined
    const began = clock.now()
    await parts.onTurn()
    this.#isRehearsing = false
    await takeUp(detection, start, passed)
    const upTo = follower.events
    // nobody watched the edges: while none tells anything, it may be that none can
    let toldAt = passed
    await reader.replay(undefined, (to) => {
      passTo(to, toldAt)
      toldAt = to
    })
    passTo(clock.now(), toldAt)
    this.#isCatchingUp = false
    await this.#storeStates(parts)
    log.info(
      { since: at, events: upTo, ofThemNew: follower.events - upTo, ms: clock.now() - began, term: turn.claim?.term },
      'the brain goes on from where another was',
    )
  }

  #giveUp(stale: Stale): Stale {
    this.#isStale = true
    return stale
  }

  /** Machines that the fleet does not have: enrolled lately, or retired. */
  async #know(ids: readonly number[], { bringBack, fleet, onMachine }: Parts, standby: Standby | undefined) {
    const { store, clock } = this.#options
    const rows = await machinesByIds(store.reader, ids)
    if (standby) return standby.know(rows)
    for (const row of rows) if (row.retired_at === null) onMachine(fleet.put(row, clock.now()))
    const retired = rows.filter((row) => row.retired_at !== null).map((row) => row.id)
    if (retired.length > 0) await bringBack(retired)
  }

  /** Changes of state that the other brain had no time to judge, or to store. */
  async #storeStates({ onTransition }: Parts): Promise<void> {
    const { store } = this.#options
    const judged = Map.groupBy(this.#judged, ({ machine }) => machine.id)
    this.#judged = []
    for (const { id, state, state_reason } of await machinesByIds(store.reader, [...judged.keys()])) {
      const all = judged.get(id) ?? []
      const last = all.at(-1)
      const after = all.slice(all.findLastIndex(({ to }) => to === state) + 1)
      for (const transition of after) onTransition(transition)
      if (last && after.length === 0 && last.reason !== state_reason) onTransition({ ...last, from: last.to })
    }
  }

  #save(): (tx: Tx) => Promise<void> {
    if (!this.#fleet || !this.#reader || !this.#maintenance) return async () => undefined
    const muted = [...this.#maintenance.machines]
    return save(this.#fleet, { at: this.#options.clock.now(), positions: this.#reader.positions, muted })
  }

  #upTo(tickAt: number): ((tx: Tx) => Promise<void>) | undefined {
    const detection = this.#detection
    if (!this.#reader || !this.#maintenance || !detection) return undefined
    const positions = new Map(this.#reader.positions)
    const { cases } = detection.detector
    const text = `${JSON.stringify([...positions])} ${cases}`
    const muted = this.#maintenance.machines
    const before = this.#written
    if (before?.text === text && before.muted === muted && tickAt - before.at < PLACE_EVERY_MS) return undefined
    return async (tx) => {
      await writePlace(tx, { positions, tickAt, cases }, before?.muted === muted ? undefined : muted)
      this.#written = { text, at: tickAt, muted }
    }
  }
}

/** Whether the journal still has the row after the last that was counted, of every edge. */
async function isWhole(store: Store, { positions }: Saved): Promise<boolean> {
  const from = new Map(positions)
  for (const { id } of await readEdges(store.reader)) if (!from.has(id)) from.set(id, 0)
  const first = new Map<number, number>()
  for (const { edge, n } of await readJournal(store.reader, from)) if (!first.has(edge)) first.set(edge, n)
  return [...first].every(([edge, n]) => n === (from.get(edge) ?? 0) + 1)
}

/** Edges stand for the machines that they hold and that miss no heartbeat. @param staleMs for how long one was not heard */
export function standFor(fleet: Fleet, now: number, staleMs: (edge: number) => number = () => 0): void {
  for (const m of fleet.machines())
    if (m.connected && m.connection && !m.connection.isQuiet)
      m.lastHeard = Math.max(m.lastHeard, now - staleMs(m.connection.edge))
}
