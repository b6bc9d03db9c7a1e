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

/** Looked at first to get a bound on what can be on the page; the rest is then mostly refused by one comparison. */
const SAMPLE = 4096

/** One page of a selection. Takes one pass over the selection. */
export function page(columns: FleetColumns, selection: Bitset, { limit, after, ...options }: PageOptions): Page {
  const order = new RowOrder(columns, options)
  const start = after && order.endEntry(after)
  const wanted = limit + 1
  const best: Entry[] = []
  let worst: Entry | undefined
  const offer = (index: number): void => {
    const entry = order.entry(index, worst)
    if (!entry || (start && order.compare(entry, start) <= 0)) return
    insert(best, entry, wanted, order)
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
  return { ids: rows.map((r) => r.id), next: best.length > limit && last ? order.pageEnd(last) : null }
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
