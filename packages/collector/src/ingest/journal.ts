import { type Arrived, appendEvents } from '../store/append.ts'
import { GroupCommit } from '../store/group-commit.ts'
import type { Store } from '../store/index.ts'
import { project } from '../store/project.ts'
import { insertTransitions, type NewTransition } from '../store/transitions.ts'

/** One thing to write: the events of a frame, or a change of a machine's state. */
type Entry = { readonly events: readonly Arrived[] } | { readonly transition: NewTransition }

/** What of a frame was news: events that were not known, and crashes of which more is known now. */
export interface Stored {
  readonly fresh: readonly Arrived[]
}

/** Events of one transaction: about 60 ms of work, so that an ack under load waits for two of them at most. */
const MAX_EVENTS_PER_COMMIT = 5_000

/** Writes what machines send, many machines in one transaction; resolves when it is on disk. */
export class Journal {
  readonly #commits: GroupCommit<Entry, Stored>
  readonly #store: Store
  #lastSeq = 0
  #lastCommitMs = 0
  readonly #now: () => number

  constructor(store: Store, now: () => number) {
    this.#store = store
    this.#now = now
    this.#commits = new GroupCommit({
      commit: (entries) => this.#commit(entries),
      weight: (entry) => ('events' in entry ? entry.events.length : 1),
      maxWeight: MAX_EVENTS_PER_COMMIT,
    })
  }

  /** Events that wait for a transaction. */
  get waiting(): number {
    return this.#commits.waiting
  }
  /** The newest event's sequence number. */
  get lastSeq(): number {
    return this.#lastSeq
  }
  /** How long the last transaction took. */
  get lastCommitMs(): number {
    return this.#lastCommitMs
  }

  append(events: readonly Arrived[]): Promise<Stored> {
    return this.#commits.add({ events })
  }
  transition(transition: NewTransition): Promise<Stored> {
    return this.#commits.add({ transition })
  }
  settled(): Promise<void> {
    return this.#commits.settled()
  }

  async #commit(entries: readonly Entry[]): Promise<readonly Stored[]> {
    const began = this.#now()
    const arrived = entries.flatMap((e) => ('events' in e ? e.events : []))
    const news = await this.#store.transaction(async (tx) => {
      const { fresh, seq } = await appendEvents(tx, arrived)
      if (seq > 0) this.#lastSeq = seq
      const changed = fresh.length === arrived.length ? fresh : [...fresh]
      await project(tx, changed)
      await insertTransitions(
        tx,
        entries.flatMap((e) => ('transition' in e ? [e.transition] : [])),
      )
      return new Set(changed)
    })
    this.#lastCommitMs = this.#now() - began
    return entries.map((e) => ({ fresh: 'events' in e ? e.events.filter((a) => news.has(a)) : [] }))
  }
}
