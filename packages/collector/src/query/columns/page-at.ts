import type { Bitset } from './bitset.ts'
import type { FleetColumns } from './fleet-columns.ts'
import { ordered } from './ordered.ts'
import type { Page } from './page.ts'
import { type OrderOptions, RowOrder } from './row-order.ts'

export interface PageAtOptions extends OrderOptions {
  /** rows before the page, from 0 */
  offset: number
  /** at least 1 */
  limit: number
}

/**
 * The page that begins at a row's number, for a scrollbar that is dragged into the middle of a list. Puts the whole
 * selection in order, which is dearer than `page`: what follows should go on from `next`.
 */
export async function pageAt(columns: FleetColumns, selection: Bitset, options: PageAtOptions): Promise<Page> {
  const { offset, limit } = options
  const all = await ordered(columns, selection, options)
  const ids = Array.from(all.subarray(offset, offset + limit))
  const order = new RowOrder(columns, options)
  const last = columns.machines.indexOf(ids.at(-1) ?? -1)
  // a last machine that left meanwhile ends the page without a cursor
  const more = offset + limit < all.length && last !== undefined
  return { ids, next: more ? order.pageEnd(order.entry(last, 0)) : null }
}
