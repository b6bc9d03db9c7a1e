import type { FleetColumns } from './fleet-columns.ts'
import type { MachineColumns } from './machine-columns.ts'
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
  /** names turn round only where they are what is sorted by */
  readonly nameSign: 1 | -1
  /** none where only names are sorted by: then the first of their numbers is the key */
  private readonly keys: SortKey | undefined
  private readonly machines: MachineColumns

  constructor(columns: FleetColumns, { sort, order }: OrderOptions) {
    const sign = order === 'desc' ? -1 : 1
    this.machines = columns.machines
    this.keys = sort === 'name' ? undefined : sortKey(columns, sort, sign)
    this.nameSign = sort === 'name' ? sign : 1
  }

  /** The keys of many machines, in their order. */
  keysOf(indexes: Uint32Array, into: Float64Array = new Float64Array(indexes.length)): Float64Array {
    return this.keys ? this.keys.keysOf(indexes, into) : this.nameKeysOf(this.machines.names.high, indexes, into)
  }

  /** One of the names' two numbers for many machines, turned round where names are. */
  nameKeysOf(column: Float64Array, indexes: Uint32Array, into: Float64Array): Float64Array {
    for (let at = 0; at < indexes.length; at++) into[at] = (column[indexes[at] ?? 0] ?? 0) * this.nameSign
    return into
  }

  /** Whether two machines' names are equal in all that their numbers hold. */
  hasSameName(a: number, b: number): boolean {
    const { high, low } = this.machines.names
    return high[a] === high[b] && low[a] === low[b]
  }

  /** The machine's place; `key` is its own of keysOf. */
  entry(index: number, key: number): Entry {
    const { names, ids } = this.machines
    const high = (names.high[index] ?? 0) * this.nameSign
    const low = (names.low[index] ?? 0) * this.nameSign
    return { key, high, low, name: names.values[index] ?? '', id: ids[index] ?? 0, index }
  }

  /** The place of a page's end, which may not be a machine any more. */
  endEntry({ value, name, id }: PageEnd): Entry {
    const { high, low } = nameKeys(name)
    const key = this.keys ? this.keys.keyOf(value) : high * this.nameSign
    return { key, high: high * this.nameSign, low: low * this.nameSign, name, id, index: -1 }
  }

  pageEnd({ index, name, id }: Entry): PageEnd {
    return { value: this.keys?.valueAt(index) ?? null, name, id }
  }

  compare(a: Entry, b: Entry): number {
    if (a.key !== b.key) return a.key < b.key ? -1 : 1
    if (a.high !== b.high) return a.high - b.high
    if (a.low !== b.low) return a.low - b.low
    if (a.name !== b.name) return a.name < b.name ? -this.nameSign : this.nameSign
    return a.id - b.id
  }
}
