/** The longest wait after the first failure, which doubles with each further one up to the most; milliseconds. */
export interface BackoffSteps {
  readonly firstMs: number
  readonly mostMs: number
}

/** The longest wait, milliseconds, after that many failures in a row, 1 being the first. */
export function backoffMs({ firstMs, mostMs }: BackoffSteps, failures: number): number {
  return Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 30))
}

export interface BackoffOptions extends BackoffSteps {
  /** Number in [0, 1) that spreads waits: those cut off together must not come back together. */
  readonly random: () => number
  /** The least share of a step that is waited; 0, "full jitter", spreads the most. */
  readonly leastShare?: number
}

/** How long to wait before something that failed is tried again. */
export class Backoff {
  readonly #options: BackoffOptions
  #failures = 0

  constructor(options: BackoffOptions) {
    this.#options = options
  }

  /** Call after a failure: milliseconds to wait, a random share of a step that doubles each time. */
  next(): number {
    const { random, leastShare = 0 } = this.#options
    return backoffMs(this.#options, ++this.#failures) * (leastShare + (1 - leastShare) * random())
  }

  /** It worked: the next failure is the first again. */
  reset(): void {
    this.#failures = 0
  }
}
