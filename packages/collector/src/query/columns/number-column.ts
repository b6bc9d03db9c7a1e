import type { Stretch } from '../language/stretch.ts'
import type { Bitset } from './bitset.ts'

/** One time of every machine, in ms; NaN where it has none. */
export class NumberColumn {
  values: Float64Array

  constructor(capacity: number) {
    this.values = new Float64Array(capacity).fill(Number.NaN)
  }

  get(i: number): number | null {
    const value = this.values[i] ?? Number.NaN
    return Number.isNaN(value) ? null : value
  }

  set(i: number, value: number | null): void {
    this.values[i] = value ?? Number.NaN
  }

  grow(capacity: number): void {
    const values = new Float64Array(capacity).fill(Number.NaN)
    values.set(this.values)
    this.values = values
  }

  /** Adds to `into` the machines whose time lies in the stretch. */
  select({ from, until }: Stretch, into: Bitset): void {
    const low = from ?? Number.NEGATIVE_INFINITY
    const high = until ?? Number.POSITIVE_INFINITY
    const { values } = this
    const { words } = into
    for (let w = 0, i = 0; i < values.length; w++) {
      let word = 0
      for (let bit = 0; bit < 32; bit++, i++) {
        const value = values[i] ?? Number.NaN
        // NaN is neither above nor below
        if (value >= low && value < high) word |= 1 << bit
      }
      words[w] = (words[w] ?? 0) | word
    }
  }
}
