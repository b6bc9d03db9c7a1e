import type { FleetColumns } from './fleet-columns.ts'
import { nameKeys } from './name-column.ts'
import { type Sort, type SortKey, type SortValue, sortKey } from './sort-key.ts'

/** Where a page ended: what the next one begins after, whatever has changed meanwhile. JSON holds it. */
export interface PageEnd {
  value: SortValue
  name: string
  id: number
}

export interface OrderOptions {
  sort: Sort
  order: 'asc' | 'desc'
}

/** One machine's place in an order. */
export interface Entry {
  /** by `sort` and `order` */
  key: number
  high: number
  low: number
  name: string
  id: number
  index: number
}

/** Machines ordered by `sort`, then by name, then by id. Falling, only the first is turned round. */
export class RowOrder {
  readonly keys: SortKey
  private readonly columns: FleetColumns
  /** names turn round only where they are what is sorted by */
  readonly nameSign: 1 | -1

  constructor(columns: FleetColumns, { sort, order }: OrderOptions) {
    const sign = order === 'desc' ? -1 : 1
    this.columns = columns
    this.keys = sortKey(columns, sort, sign)
    this.nameSign = sort === 'name' ? sign : 1
  }

  /** The machine's place, or undefined where it is certainly after `bound`: that is told without touching its name. */
  entry(index: number, bound: Entry | undefined): Entry | undefined {
    const { names, ids } = this.columns.machines
    const key = this.keys.keyAt(index)
    if (bound && key > bound.key) return undefined
    const high = (names.high[index] ?? 0) * this.nameSign
    const tied = bound !== undefined && key === bound.key
    if (tied && high > bound.high) return undefined
    const low = (names.low[index] ?? 0) * this.nameSign
    if (tied && high === bound.high && low > bound.low) return undefined
    return { key, high, low, name: names.values[index] ?? '', id: ids[index] ?? 0, index }
  }

  /** The place of a page's end, which may not be a machine any more. */
  endEntry({ value, name, id }: PageEnd): Entry {
    const { high, low } = nameKeys(name)
    return { key: this.keys.keyOf(value), high: high * this.nameSign, low: low * this.nameSign, name, id, index: -1 }
  }

  pageEnd({ index, name, id }: Entry): PageEnd {
    return { value: this.keys.valueAt(index), name, id }
  }

  compare(a: Entry, b: Entry): number {
    if (a.key !== b.key) return a.key < b.key ? -1 : 1
    if (a.high !== b.high) return a.high - b.high
    if (a.low !== b.low) return a.low - b.low
    if (a.name !== b.name) return a.name < b.name ? -this.nameSign : this.nameSign
    return a.id - b.id
  }
}
