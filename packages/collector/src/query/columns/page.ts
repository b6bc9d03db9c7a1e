import type { Bitset } from './bitset.ts'
import type { FleetColumns } from './fleet-columns.ts'
import { type Entry, type OrderOptions, type PageEnd, RowOrder } from './row-order.ts'

export interface PageOptions extends OrderOptions {
  /** at least 1; a pass gets slower above some hundred, for longer lists see `ordered` */
  limit: number
  after?: PageEnd | undefined
}

export interface Page {
  /** machine ids in order */
  ids: number[]
  /** null on the last page */
  next: PageEnd | null
}

/** Looked at first, to get a bound on what can be on the page: the rest is then mostly refused by one comparison. */
const SAMPLE = 4096

/** One page of a selection. Takes one pass over the selection. */
export function page(columns: FleetColumns, selection: Bitset, { limit, after, ...options }: PageOptions): Page {
  const order = new RowOrder(columns, options)
  const start = after && order.endEntry(after)
  const members = selection.toArray()
  const keys = order.keysOf(members)
  const { high } = columns.machines.names
  const best: Entry[] = []
  // no machine after these can be on the page
  let last = boundOf(order, members, keys, high, start, limit + 1)
  for (let at = 0; at < members.length; at++) {
    const key = keys[at] ?? 0
    if (key > last.key || (start && key < start.key)) continue
    const index = members[at] ?? 0
    if (key === last.key && (high[index] ?? 0) * order.nameSign > last.high) continue
    const entry = order.entry(index, key)
    if (start && order.compare(entry, start) <= 0) continue
    insert(best, entry, limit + 1, order)
    last = best[limit] ?? last
  }
  const rows = best.slice(0, limit)
  const end = rows.at(-1)
  return { ids: rows.map((r) => r.id), next: best.length > limit && end ? order.pageEnd(end) : null }
}

interface Bound {
  key: number
  high: number
}

/** Of a sample, what `wanted` machines are not after: then no fewer of all machines are. */
function boundOf(
  order: RowOrder,
  members: Uint32Array,
  keys: Float64Array,
  high: Float64Array,
  start: Entry | undefined,
  wanted: number,
): Bound {
  const stride = Math.max(1, Math.floor(members.length / SAMPLE))
  const sample: number[] = []
  // those equal to the start may stand before it
  for (let at = 0; at < members.length; at += stride) if (!start || (keys[at] ?? 0) > start.key) sample.push(at)
  const sampleKeys = Float64Array.from(sample, (at) => keys[at] ?? 0).sort()
  const key = sampleKeys[wanted - 1]
  if (key === undefined) return { key: Number.POSITIVE_INFINITY, high: Number.POSITIVE_INFINITY }
  const tied = sample.filter((at) => keys[at] === key)
  const highs = Float64Array.from(tied, (at) => (high[members[at] ?? 0] ?? 0) * order.nameSign).sort()
  return { key, high: highs[wanted - 1 - sampleKeys.indexOf(key)] ?? Number.POSITIVE_INFINITY }
}

/** Puts an entry into its place among the best `wanted`. */
function insert(best: Entry[], entry: Entry, wanted: number, order: RowOrder): void {
  let low = 0
  let high = best.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = best[middle]
    if (other && order.compare(other, entry) < 0) low = middle + 1
    else high = middle
  }
  if (low >= wanted) return
  best.splice(low, 0, entry)
  if (best.length > wanted) best.pop()
}
