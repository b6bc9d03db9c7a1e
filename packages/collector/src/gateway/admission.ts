import { MAX_PENDING, RETRY_SPREAD_SECONDS } from './limits.ts'

export type Admission = { readonly admitted: true } | { readonly admitted: false; readonly retryAfterSeconds: number }

/**
 * Who may come in when everybody comes at once. So many are let in at a time; the others are told a time to come back,
 * spread evenly, longer the more were turned away lately.
 */
export class AdmissionControl {
  readonly #maxConnections: number
  readonly #random: () => number
  #pending = 0
  #turnedAway = 0
  #windowStart = 0

  constructor(options: { maxConnections: number; random: () => number }) {
    this.#maxConnections = options.maxConnections
    this.#random = options.random
  }

  get pending(): number {
    return this.#pending
  }

  /** @param connections that are open now, those that are pending included */
  admit(connections: number, now: number): Admission {
    if (this.#pending < MAX_PENDING && connections < this.#maxConnections) {
      this.#pending++
      return { admitted: true }
    }
    if (now - this.#windowStart > 1_000) {
      this.#windowStart = now
      this.#turnedAway = 0
    }
    this.#turnedAway++
    const { min, max } = RETRY_SPREAD_SECONDS
    const spread = Math.min(max, min + this.#turnedAway / MAX_PENDING)
    return { admitted: false, retryAfterSeconds: Math.ceil(min + this.#random() * spread) }
  }

  /** The admitted one said hello, or left. */
  done(): void {
    this.#pending--
  }
}
