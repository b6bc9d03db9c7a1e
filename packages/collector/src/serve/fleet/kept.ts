import type { Clock } from '@pumphandle/shared/clock'

/**
 * Keeps the answer of a costly question for a while, for all pages together; pages that ask while it is being worked out
 * wait for the same answer.
 */
export class Kept<T> {
  readonly #clock: Clock
  readonly #ms: number
  readonly #work: () => Promise<T>
  #answer: Promise<T> | undefined
  #askedAt = 0

  constructor(clock: Clock, ms: number, work: () => Promise<T>) {
    this.#clock = clock
    this.#ms = ms
    this.#work = work
  }

  get(): Promise<T> {
    const now = this.#clock.now()
    if (this.#answer && now - this.#askedAt < this.#ms) return this.#answer
    this.#askedAt = now
    const answer = this.#work()
    this.#answer = answer
    // a failure is told to those who waited, and not kept
    answer.catch(() => {
      if (this.#answer === answer) this.#answer = undefined
    })
    return answer
  }
}
