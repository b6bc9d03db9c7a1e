/**
 * One work, once at a time: what is asked for while it runs becomes one run more, which begins after it. Whoever asks has an
 * answer that was begun after the question.
 */
export class Coalesced<T> {
  readonly #work: () => Promise<T>
  #running: Promise<T> | undefined
  #next: Promise<T> | undefined

  constructor(work: () => Promise<T>) {
    this.#work = work
  }

  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** The outcome of a run that begins now or after the one that runs. @throws (rejects) what the work throws */
  ask(): Promise<T> {
    if (!this.#running) return this.#begin()
    this.#next ??= this.#running.then(
      () => this.#begin(),
      () => this.#begin(),
    )
    return this.#next
  }

  /** Resolves when nothing runs or waits any more, however it ended. */
  async settled(): Promise<void> {
    while (this.#running) await (this.#next ?? this.#running).catch(() => undefined)
  }

  #begin(): Promise<T> {
    this.#next = undefined
    this.#running = this.#work().finally(() => {
      // where another is asked for, there is no moment between the two in which a third could begin
      if (!this.#next) this.#running = undefined
    })
    return this.#running
  }
}
