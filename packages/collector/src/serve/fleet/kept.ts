import type { Clock } from '@pumphandle/shared/clock'

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
  #last: { readonly answer: T; readonly at: number } | undefined
  #next: Promise<T> | undefined

  /** @param ms for which an answer is fresh */
  constructor(clock: Clock, ms: number, work: () => Promise<T>) {
    this.#clock = clock
    this.#ms = ms
    this.#work = work
  }

  async get(): Promise<T> {
    const age = this.#clock.now() - (this.#last?.at ?? Number.NEGATIVE_INFINITY)
    if (this.#last && age < this.#ms) return this.#last.answer
    this.#next ??= this.#ask()
    if (!this.#last || age >= this.#ms * STALE_TIMES) return this.#next
    // whoever waits for it is told of a failure; who has the last answer is not, and the next page asks again
    this.#next.catch(() => undefined)
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
