export interface SerialOptions {
  /** Works that run side by side; one unless said. */
  readonly atOnce?: number
  /** Works that wait for their turn; further ones are refused with {@link QueueFull}. Unbounded unless said. */
  readonly maxWaiting?: number
}

/** Too many wait already. */
export class QueueFull extends Error {}

/** Works in their turn, in the order they came: one at a time, or a bounded number. */
export class Serial {
  readonly #atOnce: number
  readonly #maxWaiting: number
  #running = 0
  readonly #waiting: (() => void)[] = []
  #onIdle: (() => void)[] = []

  constructor({ atOnce = 1, maxWaiting = Number.POSITIVE_INFINITY }: SerialOptions = {}) {
    this.#atOnce = atOnce
    this.#maxWaiting = maxWaiting
  }

  /** Whether nothing runs or waits. */
  get isIdle(): boolean {
    return this.#running === 0
  }

  /**
   * Runs the work when those before it have ended, however they ended.
   * @throws (rejects) QueueFull, or what the work throws
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running++
    else {
      if (this.#waiting.length >= this.#maxWaiting) throw new QueueFull('Too many wait for their turn')
      await new Promise<void>((turn) => this.#waiting.push(turn))
    }
    try {
      return await work()
    } finally {
      this.#end()
    }
  }

  /** Resolves when nothing runs or waits any more. */
  async settled(): Promise<void> {
    if (!this.isIdle) await new Promise<void>((idle) => this.#onIdle.push(idle))
  }

  #end(): void {
    const next = this.#waiting.shift()
    if (next) return next()
    if (--this.#running > 0) return
    for (const idle of this.#onIdle) idle()
    this.#onIdle = []
  }
}
