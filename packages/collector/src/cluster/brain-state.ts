import type { Clock } from '@pumphandle/shared/clock'
import { HOUR, MINUTE, SECOND } from '@pumphandle/shared/time'
import type { Fleet, Transition } from '../fleet/fleet.ts'
import type { Logger } from '../log/logger.ts'
import type { Beside, Detection } from '../pipeline/detection.ts'
import { restoreDetection, type StartOptions, startDetection, takeUp } from '../pipeline/start.ts'
import type { UnderMaintenance } from '../pipeline/under-maintenance.ts'
import { readPositions, writePositions } from '../store/cluster/brain.ts'
import { askRosters, readEdges } from '../store/cluster/edges.ts'
import { lastOfEdge, type Positions, readJournal } from '../store/cluster/journal-rows.ts'
import type { Store, Tx } from '../store/index.ts'
import { JournalReader, type ReaderOptions } from './reader.ts'
import { readSaved, type Saved, save } from './saved.ts'

/** How much of the journal a takeover has to replay at most. */
const SNAPSHOT_EVERY_MS = MINUTE
/** What was taken down longer ago is not gone on from: nobody watched since, and the replay would take longer than a start. */
const GOES_ON_WITHIN_MS = HOUR

/** The rest of a brain, as far as it takes part. */
type Parts = Omit<ReaderOptions, keyof BrainStateOptions> & {
  readonly maintenance: UnderMaintenance
  /** Stores a change of state. */
  readonly onTransition: (transition: Transition) => void
}

export interface BrainStateOptions {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  readonly onTaken?: ReaderOptions['onTaken']
}

/**
 * What a brain knows, and how it comes by it: from what the one before it took down and the journal since then, in two
 * parts. Up to where the other's incidents are stored, the detector alone learns; from there on everything happens as it
 * would have happened to the other. Without that, it begins as a collector of one process does after it was away, and asks
 * the edges who is connected.
 */
export class BrainState {
  readonly #options: BrainStateOptions
  readonly #saved: Saved | undefined
  /** What is stored of incidents goes up to there. */
  readonly #stored: { readonly positions: Positions; readonly tickAt: number }
  #reader: JournalReader | undefined
  #parts: Parts | undefined
  #start: StartOptions | undefined
  #detection: Detection | undefined
  #goesOn = false
  #isRehearsing = false
  #writtenAt = ''

  private constructor(
    options: BrainStateOptions,
    saved: Saved | undefined,
    stored: Awaited<ReturnType<typeof readPositions>>,
  ) {
    this.#options = options
    this.#saved = saved
    this.#stored = stored
  }

  static async read(options: BrainStateOptions): Promise<BrainState> {
    const { store, clock } = options
    const stored = await readPositions(store.reader)
    const saved = await readSaved(store.reader)
    const isUsable =
      saved && saved.at <= clock.now() && clock.now() - saved.at < GOES_ON_WITHIN_MS && (await isWhole(store, saved))
    return new BrainState(options, isUsable ? saved : undefined, stored)
  }

  /** The time that the fleet is built at: as of then it is known, and time passes from there. Undefined: now. */
  get at(): number | undefined {
    return this.#saved?.at
  }
  /** Changes of state are not stored now: another brain has stored them. */
  get isRehearsing(): boolean {
    return this.#isRehearsing
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

  /** In place of a collector's own start. */
  async detection(options: StartOptions): Promise<Detection> {
    const { log } = this.#options
    this.#start = options
    const restored = this.#saved && (await restoreDetection(options))
    this.#goesOn = restored !== undefined
    if (!restored) log.warn('there is nothing to go on from: the brain begins as a collector that was away')
    this.#detection = restored ?? (await startDetection(options))
    return this.#detection
  }

  /** Takes up what the edges told since, to the present. */
  async goOn(parts: Parts): Promise<void> {
    const { store, clock, log } = this.#options
    const reader = new JournalReader({ ...this.#options, ...parts })
    this.#reader = reader
    this.#parts = parts
    const edges = await readEdges(store.reader)
    const detection = this.#detection
    const start = this.#start
    if (!detection || !start) throw new Error('the detector comes first')
    if (!this.#goesOn || !this.#saved) {
      for (const { id } of edges) reader.follow(id, await lastOfEdge(store.reader, id))
      await askRosters(store.db)
      return
    }
    const { fleet, maintenance } = parts
    const began = clock.now()
    const { at, positions, muted, machines } = this.#saved
    maintenance.set(new Set(muted))
    for (const [edge, n] of positions) reader.follow(edge, n)
    for (const { id } of edges) reader.follow(id)
    let passed = at
    const passTo = (to: number) => {
      for (; passed + SECOND <= to; passed += SECOND) {
        const now = passed + SECOND
        standFor(fleet, now)
        fleet.tick(now)
        detection.pass(now)
      }
    }
    const before = new Map([...fleet.machines()].map((m) => [m, { state: m.state, reason: m.stateReason }]))
    this.#isRehearsing = true
    for (const { id, ...known } of machines) {
      const machine = fleet.byId(id)
      if (machine) fleet.resume(machine, known, at)
    }
    await detection.rehearse(async () => {
      await reader.replay(this.#stored.positions, passTo)
      passTo(this.#stored.tickAt)
    })
    this.#isRehearsing = false
    await takeUp(detection, start, passed)
    for (const [machine, { state, reason }] of before)
      if (machine.state !== state || machine.stateReason !== reason)
        parts.onTransition({ machine, at: passed, from: state, to: machine.state, reason: machine.stateReason })
    const upTo = parts.follower.events
    await reader.replay(undefined, passTo)
    passTo(clock.now())
    log.info(
      { since: at, events: parts.follower.events, ofThemNew: parts.follower.events - upTo, ms: clock.now() - began },
      'the brain goes on from where another was',
    )
  }

  #save(): (tx: Tx) => Promise<void> {
    if (!this.#parts || !this.#reader) return async () => undefined
    const { fleet, maintenance } = this.#parts
    const muted = [...maintenance.machines]
    return save(fleet, { at: this.#options.clock.now(), positions: this.#reader.positions, muted })
  }

  #upTo(tickAt: number): ((tx: Tx) => Promise<void>) | undefined {
    if (!this.#reader) return undefined
    const positions = new Map(this.#reader.positions)
    const text = JSON.stringify([...positions])
    if (text === this.#writtenAt) return undefined
    return async (tx) => {
      await writePositions(tx, positions, tickAt)
      this.#writtenAt = text
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
