import type { MachineRow, MachinesQuery } from '@pumphandle/shared/api'
import { othersTurn } from '@pumphandle/shared/others-turn'
import type * as z from 'zod'
import { type Bitset, type FleetColumns, ordered } from '../query/index.ts'

/**
 * Rows of one page: about 8 ms of work, between which sockets and timers have their turn, and short enough that what it
 * leaves behind is collected young.
 */
const ROWS_PER_PAGE = 500

export type Order = Pick<z.output<typeof MachinesQuery>, 'sort' | 'order'>

/**
 * Every machine of a selection, page by page: memory stays that of a page and of the ids, and machines that change
 * meanwhile come once, as they are when their page is read.
 */
export async function* machinePages(
  columns: FleetColumns,
  selection: Bitset,
  order: Order,
  rowsOf: (ids: readonly number[]) => Promise<MachineRow[]>,
): AsyncGenerator<MachineRow[]> {
  const ids = await ordered(columns, selection, order)
  for (let from = 0; from < ids.length; from += ROWS_PER_PAGE) {
    yield await rowsOf([...ids.subarray(from, from + ROWS_PER_PAGE)])
    // SQLite answers at once, and a reader that takes all it gets never makes the export wait
    await othersTurn()
  }
}
