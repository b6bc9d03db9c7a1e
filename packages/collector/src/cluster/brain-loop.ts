import type { CollectorHealth } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { Coalesced } from '@pumphandle/shared/flow'
import { Rounds } from '@pumphandle/shared/rounds'
import { DAY, HOUR, SECOND } from '@pumphandle/shared/time'
import type { Fleet } from '../fleet/fleet.ts'
import type { Follower } from '../ingest/follower.ts'
import type { Logger } from '../log/logger.ts'
import { Bell } from '../store/cluster/bell.ts'
import { type Copies, readCopies } from '../store/cluster/brain.ts'
import { deleteEdges, type Edge, endEdge, readEdges } from '../store/cluster/edges.ts'
import { dropPartitions, JOURNAL_BELL, makePartitions } from '../store/cluster/journal-rows.ts'
import { deleteMachineChanges } from '../store/cluster/machine-changes.ts'
import type { Store } from '../store/index.ts'
import { standFor } from './brain-state.ts'
import { EdgeWatch, isAnyMute } from './edge-watch.ts'
import type { JournalReader } from './reader.ts'
import { releaseEdge } from './standby.ts'

/** How often a brain looks at the edges, and at the journal in case a bell was missed. */
const EVERY_MS = SECOND
/** When a row of the journal is older than this as it is taken, people are told that what they see is old. */
const BEHIND_MS = 10 * SECOND
/** When a commit has waited for the second server for this long, that server is the reason why nothing is acknowledged. */
const STANDBY_AWAY_MS = 5 * SECOND
/** The journal is kept for a brain that goes on, and for people who look for a fault. */
const JOURNAL_MS = DAY
const EDGES_MS = 3 * DAY

export interface BrainLoopOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly url: string
  readonly fleet: Fleet
  readonly follower: Follower
  readonly reader: JournalReader
  /** Another brain has taken over: nothing that this one does counts any more. Told once. */
  readonly onLost: () => void
}

/** What an active brain does again and again: reads the journal, watches the edges. */
export class BrainLoop {
  readonly #options: BrainLoopOptions
  readonly #watch = new EdgeWatch()
  readonly #reads: Coalesced<void>
  readonly #rounds: Rounds
  readonly #tidying: Rounds
  readonly #bell: Bell
  readonly #stop: () => void
  #edges: readonly Edge[] = []
  #copies: Copies = { isReplicated: true, waitsMs: 0 }
  #isLost = false

  constructor(options: BrainLoopOptions) {
    this.#options = options
    const { clock, url, reader } = options
    this.#reads = new Coalesced(() => reader.readAll())
    this.#bell = new Bell(url, JOURNAL_BELL, () => this.#read())
    this.#rounds = new Rounds({ clock, everyMs: EVERY_MS, run: () => this.#round() })
    this.#tidying = new Rounds({ clock, everyMs: HOUR, run: () => this.#tidy() })
    this.#stop = clock.every(EVERY_MS, () => {
      this.#read()
      standFor(options.fleet, clock.now(), (edge) => this.#watch.staleMs(edge))
      // edges let nobody in, and tell of nobody, while the database does not answer, or not all of them
      if (options.store.fault || isAnyMute(this.#edges) || this.#watch.isAnySilent) options.fleet.deaf(clock.now())
    })
    void this.#rounds.run()
    void this.#tidying.run()
  }

  get problems(): CollectorHealth['problems'] {
    const problems: CollectorHealth['problems'] = []
    const { reader } = this.#options
    if (this.#edges.every((edge) => edge.gone_at !== null))
      problems.push({
        code: 'no-edge',
        title:
          'No edge is there, so that no machine can connect. Start one, or look why they ended; agents keep their events.',
        severity: 'error',
      })
    if (isAnyMute(this.#edges))
      problems.push({
        code: 'edge-stuck',
        title:
          'An edge cannot store what its machines tell: meanwhile none that falls silent is called dark. Look at its log and at the database; agents keep their events.',
        severity: 'warning',
      })
    if (!this.#copies.isReplicated)
      problems.push({
        code: 'one-copy',
        title:
          'What is acknowledged is on one database server alone: PostgreSQL has no synchronous standby. Set synchronous_standby_names there.',
        severity: 'warning',
      })
    if (this.#copies.waitsMs > STANDBY_AWAY_MS)
      problems.push({
        code: 'standby-away',
        title:
          'Nothing can be acknowledged: PostgreSQL waits for its synchronous standby. Look at that server, or take it out of synchronous_standby_names; agents keep their events, and it goes on by itself.',
        severity: 'error',
      })
    if (reader.lagMs > BEHIND_MS)
      problems.push({
        code: 'journal-behind',
        title: `What is shown is ${Math.round(reader.lagMs / 1000)} s behind what edges have stored.`,
        severity: 'warning',
      })
    return problems
  }

  async close(): Promise<void> {
    this.#stop()
    await this.#bell.close()
    await this.#tidying.close()
    await this.#rounds.close()
    await this.#reads.settled()
  }

  #read(): void {
    // what fails is known to the store, and read a second later
    this.#reads.ask().catch(() => undefined)
  }

  async #round(): Promise<void> {
    const { store, clock, log } = this.#options
    void this.#bell.listen()
    try {
      this.#edges = await readEdges(store.reader)
      this.#copies = await readCopies(store.reader)
      for (const { id } of this.#edges) this.#options.reader.follow(id)
      const { ended, silent } = this.#watch.look(this.#edges, clock.now())
      for (const edge of silent) {
        log.warn({ edge }, 'an edge is not heard any more; its machines have the time to come back')
        await endEdge(store.db, edge, clock.now())
      }
      if (ended.length + silent.length > 0) await this.#reads.ask()
      const { fleet, follower } = this.#options
      for (const edge of [...ended, ...silent]) releaseEdge(fleet, follower, edge, clock.now())
    } catch {
      // what fails is known to the store
    }
    if (store.fault?.kind !== 'taken' || this.#isLost) return
    this.#isLost = true
    this.#options.onLost()
  }

  async #tidy(): Promise<void> {
    const { store, clock, log, reader } = this.#options
    try {
      await makePartitions(store.db, clock.now())
      await dropPartitions(store.db, clock.now() - JOURNAL_MS)
      await deleteEdges(store.db, clock.now() - EDGES_MS)
      await deleteMachineChanges(store.db, clock.now() - JOURNAL_MS)
      const known = new Set((await readEdges(store.reader)).map((edge) => edge.id))
      for (const edge of reader.positions.keys()) if (!known.has(edge)) reader.forget(edge)
    } catch (error) {
      log.warn({ err: error }, 'the journal could not be tidied; tried again in an hour')
    }
  }
}
