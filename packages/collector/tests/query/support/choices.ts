import { Random } from '@pumphandle/shared/random'

/** Seeded choices, so that a failure can be run again. */
export class Choices extends Random {
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }

  /** Or null, one time in four. */
  maybe<T>(from: readonly T[]): T | null {
    return this.chance(0.25) ? null : this.pick(from)
  }
}
