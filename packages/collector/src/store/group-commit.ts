import type { Clock } from '@pumphandle/shared/clock'
import { Coalesced } from '@pumphandle/shared/flow'
import { othersTurn } from '@pumphandle/shared/others-turn'

/** Milliseconds that a sender rests at most: a disk that is slow is nobody's fault. */
const MAX_REST_MS = 250
/** Of its share, up to which a sender does not rest: what a machine tells of its usual day. */
const RESTS_FROM = 1 / 4

/** How one item ended: settled once the transaction that holds it is on disk. */
interface Waiting<T, R> {
  readonly item: T
  readonly resolve: (result: R) => void
  readonly reject: (error: unknown) => void
}

/**
 * What keeps a flood of one from holding up the others: what is over its sender's share waits for a later transaction, in its
 * order, and a sender that had much rests before it has more. In virtual time, in which a transaction takes none, nobody rests.
 */
interface Fair<T> {
  /** Who sent an item; undefined for nobody. */
  readonly sender: (item: T) => unknown
  /** What an item costs, in the unit of `share`. */
  readonly cost: (item: T) => number
  /** Of one sender in one transaction, or one item, where that costs more. */
  readonly share: number
  /** A sender that had its whole share rests for so many times as long as the transaction took. */
  readonly rests: number
  readonly clock: Pick<Clock, 'now' | 'after'>
}

export interface GroupCommitOptions<T, R> {
  /** Commits many items in one transaction; answers with one result each, in their order. */
  readonly commit: (items: readonly T[]) => Promise<readonly R[]>
  /** What an item weighs, e.g. its events. */
  readonly weight?: (item: T) => number
  /** Weight that one transaction takes: bounds how long others wait for the database. */
  readonly maxWeight: number
  readonly fair?: Fair<T>
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
  /**
   * Weight that the next transaction takes: half of what the last one took, where the database was at fault, and twice as much after
   * each that is on disk. A computer that is too busy for a large one would try it for ever, larger each time.
   */
  #most: number
  #lastError: unknown
  readonly #end = Promise.withResolvers<void>()
  #ending = false
  /** Until when senders rest, ms epoch. */
  readonly #resting = new Map<unknown, number>()
  /** Who waits for everything to be settled. */
  #hurried = 0
  /** Ends a wait for those that rest. */
  #wake: () => void = () => undefined

  constructor(options: GroupCommitOptions<T, R>) {
    this.#options = options
    this.#most = options.maxWeight
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
      this.#wake()
      void this.#rounds.ask()
    })
  }

  /** From now on nobody waits for a database that cannot be written to: everything is tried once more. */
  end(): void {
    this.#ending = true
    this.#wake()
    this.#end.resolve()
  }

  /** Resolves when everything that was added is settled. */
  async settled(): Promise<void> {
    // whoever waits for everything waits for nobody's rest
    this.#hurried++
    this.#wake()
    await this.#rounds.settled()
    this.#hurried--
  }

  async #round(): Promise<void> {
    do {
      // after the sockets that are readable now have been read: their frames share the transaction
      await othersTurn()
      const group = this.#take()
      if (group.length === 0) await this.#rest()
      else await this.#settle(group)
    } while (this.#queue.length > 0)
  }

  async #settle(group: readonly Waiting<T, R>[]): Promise<void> {
    if (group.length === 0 || (await this.#commit(group))) return
    const over = this.#options.over?.(this.#lastError)
    if (over) {
      if (this.#ending) for (const one of group) one.reject(this.#lastError)
      else {
        const weight = group.reduce((sum, one) => sum + this.#weigh(one.item), 0)
        this.#weight += weight
        this.#most = Math.max(1, Math.floor(weight / 2))
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
      const began = this.#options.fair?.clock.now() ?? 0
      const results = await this.#options.commit(group.map((w) => w.item))
      this.#tire(group, began)
      this.#most = Math.min(this.#options.maxWeight, 2 * this.#most)
      group.forEach((w, i) => w.resolve(results[i] as R))
      return true
    } catch (error) {
      this.#lastError = error
      return false
    }
  }

  #take(): Waiting<T, R>[] {
    const { fair } = this.#options
    const had = new Map<unknown, number>()
    const held = this.#restless()
    const taken: Waiting<T, R>[] = []
    const left: Waiting<T, R>[] = []
    let rest: Waiting<T, R>[] = []
    let weight = 0
    for (const [n, w] of this.#queue.entries()) {
      if (weight >= this.#most) {
        // a long line behind it is not looked at each time
        rest = this.#queue.slice(n)
        break
      }
      const sender = fair?.sender(w.item)
      const before = had.get(sender) ?? 0
      const cost = sender === undefined ? 0 : (fair?.cost(w.item) ?? 0)
      if (before > 0 && before + cost > (fair?.share ?? 0)) held.add(sender)
      if (sender !== undefined && held.has(sender)) left.push(w)
      else {
        taken.push(w)
        weight += this.#weigh(w.item)
        had.set(sender, before + cost)
      }
    }
    this.#weight -= weight
    this.#queue = left.concat(rest)
    return taken
  }

  /** Who has to rest now. */
  #restless(): Set<unknown> {
    const now = this.#options.fair?.clock.now() ?? 0
    // a clock that was set back lets nobody rest for ever
    for (const [sender, until] of this.#resting)
      if (this.#ending || this.#hurried > 0 || until <= now || until > now + MAX_REST_MS) this.#resting.delete(sender)
    return new Set(this.#resting.keys())
  }

  /** Who had much of a transaction rests. */
  #tire(group: readonly Waiting<T, R>[], began: number): void {
    const { fair } = this.#options
    if (!fair) return
    const now = fair.clock.now()
    const took = Math.max(0, now - began)
    if (took === 0) return
    const had = new Map<unknown, number>()
    for (const { item } of group) {
      const sender = fair.sender(item)
      if (sender !== undefined) had.set(sender, (had.get(sender) ?? 0) + fair.cost(item))
    }
    for (const [sender, cost] of had) {
      const share = Math.min(1, cost / fair.share)
      if (share > RESTS_FROM) this.#resting.set(sender, now + Math.min(MAX_REST_MS, took * fair.rests * share))
    }
  }

  /** Everybody who waits rests: until the first has rested, or somebody else comes. */
  async #rest(): Promise<void> {
    const { clock } = this.#options.fair ?? {}
    const first = Math.min(...this.#resting.values())
    if (!clock || !Number.isFinite(first)) return
    await new Promise<void>((resolve) => {
      const cancel = clock.after(Math.max(1, first - clock.now()), resolve)
      this.#wake = () => {
        cancel()
        resolve()
      }
    })
    this.#wake = () => undefined
  }

  #weigh(item: T): number {
    return this.#options.weight?.(item) ?? 1
  }
}
