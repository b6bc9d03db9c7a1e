import { nameKeyAt } from './name-key.ts'

/**
 * Every machine's name, folded, with its first 16 characters as two numbers: names compare without touching the strings,
 * and Windows' own names (NetBIOS) have at most 15.
 */
export class NameColumn {
  readonly values: string[] = []
  /** characters 1 to 8, and 9 to 16 */
  high: Float64Array
  low: Float64Array

  constructor(capacity: number) {
    this.high = new Float64Array(capacity)
    this.low = new Float64Array(capacity)
  }

  set(i: number, folded: string): void {
    const { high, low } = nameKeys(folded)
    this.values[i] = folded
    this.high[i] = high
    this.low[i] = low
  }

  grow(capacity: number): void {
    const [high, low] = [new Float64Array(capacity), new Float64Array(capacity)]
    high.set(this.high)
    low.set(this.low)
    this.high = high
    this.low = low
  }
}

/** Two numbers in the order of folded names: `high` decides, then `low`; where both are equal, only the names themselves. */
export function nameKeys(folded: string): { high: number; low: number } {
  const high = nameKeyAt(folded, 0)
  return { high: high.key, low: high.exact ? nameKeyAt(folded, HALF).key : 0 }
}

const HALF = 8
