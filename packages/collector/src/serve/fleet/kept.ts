import type { Clock } from '@pumphandle/shared/clock'
import { storeFaultOf } from '../../model/store-fault.ts'

/** How often over its time an answer is still shown while the next is worked out, so that pages need not wait. */
const STALE_TIMES = 10

/**
 * Keeps the answer of a costly question for a while, for all pages together. Pages that ask while the first answer is worked
 * out wait for it; later ones get the last answer at once, and the next one is worked out behind them.
 */
export class Kept<T> {
  readonly #clock: Clock
  readonly #ms: number
  readonly #work: () => Promise<T>
  readonly #staleTimes: number
  #last: { readonly answer: T; readonly at: number } | undefined
  #next: Promise<T> | undefined

  /**
   * @param ms for which an answer is fresh
   * @param staleTimes how often over that time it is still shown; 1: whoever comes later waits for the next
   */
  constructor(clock: Clock, ms: number, work: () => Promise<T>, staleTimes = STALE_TIMES) {
    this.#clock = clock
    this.#ms = ms
    this.#work = work
    this.#staleTimes = staleTimes
  }

  async get(): Promise<T> {
    const age = this.#clock.now() - (this.#last?.at ?? Number.NEGATIVE_INFINITY)
    if (this.#last && age < this.#ms) return this.#last.answer
    this.#next ??= this.#ask()
    if (!this.#last || age >= this.#ms * this.#staleTimes)
      return this.#next.catch((error: unknown) => this.#instead(error))
    // whoever waits for it is told of a failure; who has the last answer is not, and the next page asks again
    this.#next.catch(() => undefined)
    return this.#last.answer
  }

  /** While the database cannot be used the last answer is better than none: the page says what is wrong beside it. */
  #instead(error: unknown): T {
    if (!this.#last || storeFaultOf(error) === undefined) throw error
    return this.#last.answer
  }

  async #ask(): Promise<T> {
    const at = this.#clock.now()
    try {
      const answer = await this.#work()
      this.#last = { answer, at }
      return answer
    } finally {
      this.#next = undefined
    }
  }
}

/** Answers of one costly question that has many variants, such as a chart of each product. */
export class KeptByKey<T> {
  readonly #clock: Clock
  readonly #ms: number
  readonly #most: number
  readonly #staleTimes: number | undefined
  readonly #kept = new Map<string, Kept<T>>()

  /**
   * @param ms for which an answer is fresh
   * @param most variants that are kept; the one that was not asked for longest goes first
   * @param staleTimes as {@link Kept} takes it
   */
  constructor(clock: Clock, ms: number, most: number, staleTimes?: number) {
    this.#clock = clock
    this.#ms = ms
    this.#most = most
    this.#staleTimes = staleTimes
  }

  get(key: string, work: () => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key) ?? new Kept(this.#clock, this.#ms, work, this.#staleTimes)
    this.#kept.delete(key)
    this.#kept.set(key, kept)
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= this.#most) break
      this.#kept.delete(oldest)
    }
    return kept.get()
  }
}
