/**
 * Memory lengths τ of the counts, seconds: a content file kills within minutes, a bad sensor build over days. Ratios of
 * about twelve, so that no time scale is further than a factor of 3.5 from one of them.
 */
export const MEMORIES = [300, 3600, 43_200, 604_800] as const
export const MEMORY_COUNT = MEMORIES.length
export const MEMORY_IDS = [0, 1, 2, 3] as const
export const LONGEST_MEMORY = 3
export type MemoryId = (typeof MEMORY_IDS)[number]

/** A landmark moves on after this many τ; e^40 leaves 290 decades of a double's range unused. */
const LANDMARK_SPAN = 40

/**
 * Exponential forgetting, forward: a count of weight w at time t is stored as w·e^((t−L)/τ) with L a fixed landmark, and
 * read at `now` as stored·e^(−(now−L)/τ). So counts are plain sums: they add in any order, and what was added can
 * be taken back exactly. Cormode, Shkapenyuk, Srivastava, Xu, "Forward decay", ICDE 2009.
 *
 * Landmarks lie on a grid that depends on the time alone, so that one that was restored has those of one that went on.
 */
export class Decay {
  #now = Number.NaN
  readonly #landmarks: number[] = MEMORIES.map(() => 0)
  readonly #growth: number[] = MEMORIES.map(() => 1)

  /**
   * Moves to `now` (seconds). Returns for each memory the factor by which everything stored must be multiplied, or null
   * when no landmark moved.
   */
  advance(now: number): number[] | null {
    if (now === this.#now) return null
    let factors: number[] | null = null
    const first = Number.isNaN(this.#now)
    this.#now = now
    MEMORIES.forEach((tau, j) => {
      const landmark = Math.floor(now / (LANDMARK_SPAN * tau)) * LANDMARK_SPAN * tau
      const old = this.#landmarks[j] ?? 0
      if (landmark !== old) {
        if (!first) {
          factors ??= MEMORIES.map(() => 1)
          factors[j] = Math.exp(-(landmark - old) / tau)
        }
        this.#landmarks[j] = landmark
      }
      this.#growth[j] = Math.exp((now - landmark) / tau)
    })
    return factors
  }

  get now(): number {
    return this.#now
  }

  /** e^((now−L)/τ): what a weight of one is stored as, now. */
  growth(j: MemoryId): number {
    return this.#growth[j] ?? 1
  }

  /** What a weight of one at time `t` (seconds) is stored as. */
  growthAt(j: MemoryId, t: number): number {
    return Math.exp((t - (this.#landmarks[j] ?? 0)) / (MEMORIES[j] ?? 1))
  }
}
