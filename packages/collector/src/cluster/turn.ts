import type { Clock } from '@pumphandle/shared/clock'
import type { BrainClaim } from '../store/claims/brain.ts'

/** Whether it is a brain's turn to be the active one. */
export class Turn {
  readonly #listeners: ((claim: BrainClaim) => void)[] = []
  readonly #over = Promise.withResolvers<void>()
  #claim: BrainClaim | undefined
  #isOver = false

  /** Its right to be it, once it has come. */
  get claim(): BrainClaim | undefined {
    return this.#claim
  }
  /** It ended while it stood by. */
  get isOver(): boolean {
    return this.#isOver
  }
  /** Nothing is to be waited for any more. */
  get isDecided(): boolean {
    return this.#claim !== undefined || this.#isOver
  }

  /** Told at once when it comes, before anybody who waits. */
  onCome(listener: (claim: BrainClaim) => void): void {
    this.#listeners.push(listener)
  }

  come(claim: BrainClaim): void {
    this.#claim = claim
    for (const listener of this.#listeners) listener(claim)
    this.#over.resolve()
  }

  /** It will not come any more. */
  end(): void {
    this.#isOver = true
    this.#over.resolve()
  }

  /** Resolves when it is decided, or after `ms`. */
  async within(clock: Clock, ms: number): Promise<void> {
    const waited = Promise.withResolvers<void>()
    const cancel = clock.after(ms, () => waited.resolve())
    await Promise.race([this.#over.promise, waited.promise])
    cancel()
  }
}
