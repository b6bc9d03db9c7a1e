import { SEARCH_SEPARATOR } from '../language/search-text.ts'
import type { Bitset } from './bitset.ts'
import { nameKeyAt } from './name-key.ts'

/** Names that are searched as one text: one search, instead of one for each, tells that none of them holds it. */
const TOGETHER = 256

/**
 * Every machine's name, folded, with its first 16 characters as two numbers: names compare without touching the strings,
 * and Windows' own names (NetBIOS) have at most 15.
 */
export class NameColumn {
  readonly values: string[] = []
  /** characters 1 to 8, and 9 to 16 */
  high: Float64Array
  low: Float64Array
  /** TOGETHER names each, made when they are looked through; undefined after one of them changed */
  private readonly joined: (string | undefined)[] = []

  constructor(capacity: number) {
    this.high = new Float64Array(capacity)
    this.low = new Float64Array(capacity)
  }

  set(i: number, folded: string): void {
    // nearly every change of a machine leaves its names as they are
    if (this.values[i] === folded) return
    const { high, low } = nameKeys(folded)
    this.values[i] = folded
    this.joined[Math.floor(i / TOGETHER)] = undefined
    this.high[i] = high
    this.low[i] = low
  }

  /** Adds to `into` the machines whose name holds a text, which has no SEARCH_SEPARATOR in it. */
  select(text: string, into: Bitset): void {
    const { values } = this
    for (let start = 0, part = 0; start < values.length; start += TOGETHER, part++) {
      const names = (this.joined[part] ??= values.slice(start, start + TOGETHER).join(SEARCH_SEPARATOR))
      if (!names.includes(text)) continue
      const end = Math.min(values.length, start + TOGETHER)
      for (let i = start; i < end; i++) if (values[i]?.includes(text)) into.add(i)
    }
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
