import type { Bitset } from './bitset.ts'
import type { FleetColumns } from './fleet-columns.ts'
import { nameKey } from './name-key.ts'
import { type Sort, type SortValue, sortKey } from './sort-key.ts'

/** Where a page ended: what the next one begins after, whatever has changed meanwhile. JSON holds it. */
export interface PageEnd {
  value: SortValue
  name: string
  id: number
}

export interface PageOptions {
  sort: Sort
  order: 'asc' | 'desc'
  /** at least 1 */
  limit: number
  after?: PageEnd | undefined
}

export interface Page {
  /** machine ids in order */
  ids: number[]
  /** null on the last page */
  next: PageEnd | null
}

/** Looked at first to get a bound on what can be on the page; the rest is then mostly refused by one comparison. */
const SAMPLE = 4096

interface Entry {
  /** by `sort` and `order` */
  key: number
  /** times the direction of names */
  nameKey: number
  name: string
  id: number
  index: number
}

/** One page of a selection, ordered by `sort`, then name, then id. Takes one pass over the selection. */
export function page(columns: FleetColumns, selection: Bitset, { sort, order, limit, after }: PageOptions): Page {
  const { machines } = columns
  const sign = order === 'desc' ? -1 : 1
  const nameSign = sort === 'name' ? sign : 1
  const keys = sortKey(columns, sort, sign)
  const compare = comparison(nameSign)
  const start = after && { ...after, key: keys.keyOf(after.value), nameKey: nameKey(after.name) * nameSign, index: -1 }
  const wanted = limit + 1
  const best: Entry[] = []
  let worst: Entry | undefined
  const offer = (index: number): void => {
    const key = keys.keyAt(index)
    if (worst && key > worst.key) return
    const byName = (machines.nameKeys[index] ?? 0) * nameSign
    if (worst && key === worst.key && byName > worst.nameKey) return
    const entry = { key, nameKey: byName, name: machines.names[index] ?? '', id: machines.ids[index] ?? 0, index }
    if (start && compare(entry, start) <= 0) return
    insert(best, entry, wanted, compare)
    if (best.length === wanted) worst = best.at(-1)
  }
  const stride = Math.max(1, Math.floor(selection.count() / SAMPLE))
  let position = 0
  selection.forEach((i) => {
    if (position++ % stride === 0) offer(i)
  })
  position = 0
  if (stride > 1) {
    selection.forEach((i) => {
      if (position++ % stride !== 0) offer(i)
    })
  }
  const rows = best.slice(0, limit)
  const last = rows.at(-1)
  const next = best.length > limit && last ? { value: keys.valueAt(last.index), name: last.name, id: last.id } : null
  return { ids: rows.map((r) => r.id), next }
}

type Compare = (a: Entry, b: Entry) => number

function comparison(nameSign: number): Compare {
  return (a, b) => {
    if (a.key !== b.key) return a.key < b.key ? -1 : 1
    if (a.nameKey !== b.nameKey) return a.nameKey - b.nameKey
    if (a.name !== b.name) return a.name < b.name ? -nameSign : nameSign
    return a.id - b.id
  }
}

/** Puts an entry into its place among the best `wanted`. */
function insert(best: Entry[], entry: Entry, wanted: number, compare: Compare): void {
  let low = 0
  let high = best.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = best[middle]
    if (other && compare(other, entry) < 0) low = middle + 1
    else high = middle
  }
  if (low >= wanted) return
  best.splice(low, 0, entry)
  if (best.length > wanted) best.pop()
}
