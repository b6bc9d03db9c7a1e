export interface TrueFailure {
  readonly machine: number
  /** Position of the defect in the scenario. */
  readonly defect: number
  /** Seconds since the start. */
  readonly at: number
}

/** What really happened to which machine: what a detector is scored against. */
export class Truth {
  readonly #first = new Map<number, TrueFailure>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** A defect acted on this machine now; only its first time counts. */
  failed(machine: number, defect: number): void {
    if (!this.#first.has(machine)) this.#first.set(machine, { machine, defect, at: this.#now() })
  }

  isAffected(machine: number): boolean {
    return this.#first.has(machine)
  }

  /** The first failure of each machine, in order of time. */
  failures(): readonly TrueFailure[] {
    return [...this.#first.values()]
  }
}
