import { Coalesced } from '@pumphandle/shared/flow'
import { othersTurn } from '@pumphandle/shared/others-turn'

/** So many senders that have more waiting than their share are not a storm, however few wait beside them. */
const FEW_SENDERS = 2
const NOBODY: ReadonlySet<unknown> = new Set()

/** How one item ended: settled once the transaction that holds it is on disk. */
interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

export interface GroupCommitOptions<T, R> {
  /** Commits many items in one transaction; answers with one result each, in their order. */
  readonly commit: (items: readonly T[]) => Promise<readonly R[]>
  /** What an item weighs, e.g. its events. */
  readonly weight?: (item: T) => number
  /** Weight that one transaction takes: bounds how long others wait for the database. */
  readonly maxWeight: number
  /**
   * Who sent an item, undefined for nobody, and the weight that one sender may have in a transaction: what is over it waits
   * for the next, in its order, so that a flood of a few does not hold up the others.
   */
  readonly fair?: { readonly sender: (item: T) => unknown; readonly share: number }
  /**
   * Where a commit failed by no fault of its items: resolves when it is worth trying again, and they keep their place
   * until then. Undefined: an item is to blame.
   */
  readonly over?: (error: unknown) => Promise<void> | undefined
}

/**
 * Many small writes as few transactions: what arrives while one is being flushed to disk goes into the next. With n
 * writers a flush of 4 ms is paid once for all of them, not once each.
 */
export class GroupCommit<T, R> {
  readonly #options: GroupCommitOptions<T, R>
  #queue: Waiting<T, R>[] = []
  readonly #rounds = new Coalesced(() => this.#round())
  #weight = 0
  #lastError: unknown
  readonly #end = Promise.withResolvers<void>()
  #ending = false

  constructor(options: GroupCommitOptions<T, R>) {
    this.#options = options
  }

  /** Weight that waits. The caller holds its senders back when it grows. */
  get waiting(): number {
    return this.#weight
  }

  /** Resolves once the item is on disk; rejects when its transaction failed. */
  add(item: T): Promise<R> {
    return new Promise<R>((resolve, reject) => {
      this.#queue.push({ item, resolve, reject })
      this.#weight += this.#weigh(item)
      void this.#rounds.ask()
    })
  }

  /** From now on nobody waits for a database that cannot be written to: everything is tried once more. */
  end(): void {
    this.#ending = true
    this.#end.resolve()
  }

  /** Resolves when everything that was added is settled. */
  settled(): Promise<void> {
    return this.#rounds.settled()
  }

  async #round(): Promise<void> {
    do {
      // after the sockets that are readable now have been read: their frames share the transaction
      await othersTurn()
      await this.#settle(this.#take())
    } while (this.#queue.length > 0)
  }

  async #settle(group: readonly Waiting<T, R>[]): Promise<void> {
    if (group.length === 0 || (await this.#commit(group))) return
    const over = this.#options.over?.(this.#lastError)
    if (over) {
      if (this.#ending) for (const one of group) one.reject(this.#lastError)
      else {
        for (const one of group) this.#weight += this.#weigh(one.item)
        this.#queue = [...group, ...this.#queue]
        await Promise.race([over, this.#end.promise])
      }
      return
    }
    // one bad item must not fail its neighbours: each alone, and only those that fail again are told so
    for (const one of group) if (group.length === 1 || !(await this.#commit([one]))) one.reject(this.#lastError)
  }

  /** False when it failed; nobody was told then. */
  async #commit(group: readonly Waiting<T, R>[]): Promise<boolean> {
    try {
      const results = await this.#options.commit(group.map((w) => w.item))
      group.forEach((w, i) => w.resolve(results[i] as R))
      return true
    } catch (error) {
      this.#lastError = error
      return false
    }
  }

  #take(): Waiting<T, R>[] {
    const { fair, maxWeight } = this.#options
    const floods = this.#floods()
    const sent = new Map<unknown, number>()
    const held = new Set<unknown>()
    const taken: Waiting<T, R>[] = []
    const left: Waiting<T, R>[] = []
    let weight = 0
    for (const w of this.#queue) {
      const own = this.#weigh(w.item)
      const sender = floods.size > 0 ? fair?.sender(w.item) : undefined
      const before = sent.get(sender) ?? 0
      if (fair && floods.has(sender) && before > 0 && before + own > fair.share) held.add(sender)
      if (weight >= maxWeight || held.has(sender)) left.push(w)
      else {
        taken.push(w)
        weight += own
        sent.set(sender, before + own)
      }
    }
    this.#weight -= weight
    this.#queue = left
    return taken
  }

  /** Senders of which more waits than their share, where they are few: of many at once, a storm, all have to wait alike. */
  #floods(): ReadonlySet<unknown> {
    const { fair } = this.#options
    if (!fair || this.#weight <= fair.share) return NOBODY
    const waiting = new Map<unknown, number>()
    for (const { item } of this.#queue) {
      const sender = fair.sender(item)
      if (sender !== undefined) waiting.set(sender, (waiting.get(sender) ?? 0) + this.#weigh(item))
    }
    const over = [...waiting].flatMap(([sender, weight]) => (weight > fair.share ? [sender] : []))
    return over.length <= Math.max(FEW_SENDERS, waiting.size / 2) ? new Set(over) : NOBODY
  }

  #weigh(item: T): number {
    return this.#options.weight?.(item) ?? 1
  }
}
