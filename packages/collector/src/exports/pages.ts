import type { MachineRow, MachinesQuery } from '@pumphandle/shared/api'
import type * as z from 'zod'
import { type Bitset, type FleetColumns, type PageEnd, page } from '../query/index.ts'

/** Rows of one page: about 30 ms of work, between which others have their turn. */
const ROWS_PER_PAGE = 2_000

export type Order = Pick<z.output<typeof MachinesQuery>, 'sort' | 'order'>

/**
 * Every machine of a selection, page by page, each beginning after the last machine of the one before: memory stays that
 * of a page, and machines that change meanwhile come once or not at all, never twice.
 */
export async function* machinePages(
  columns: FleetColumns,
  selection: Bitset,
  order: Order,
  rowsOf: (ids: readonly number[]) => Promise<MachineRow[]>,
): AsyncGenerator<MachineRow[]> {
  let after: PageEnd | undefined
  for (;;) {
    const { ids, next } = page(columns, selection, { ...order, limit: ROWS_PER_PAGE, after })
    if (ids.length > 0) yield await rowsOf(ids)
    if (!next) return
    after = next
  }
}
