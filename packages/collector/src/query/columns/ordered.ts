import { othersTurn } from '@pumphandle/shared/others-turn'
import type { Bitset } from './bitset.ts'
import type { FleetColumns } from './fleet-columns.ts'
import { RadixSort } from './radix-sort.ts'
import { type OrderOptions, RowOrder } from './row-order.ts'

/** Machines whose neighbours are compared in one go: about 5 ms. */
const COMPARED = 100_000

/**
 * Machine ids of a whole selection in order, for exports: a radix sort of the keys, some 300 ms for a million machines
 * where comparing them takes seconds. Others have their turn between its passes; a machine that changes meanwhile comes
 * once, here or there. Takes 20 bytes a machine until it is done, and 8 afterwards.
 */
export async function ordered(columns: FleetColumns, selection: Bitset, options: OrderOptions): Promise<Float64Array> {
  const { names, ids } = columns.machines
  const order = new RowOrder(columns, options)
  const sort = new RadixSort(selection.toArray())
  // the last sort decides, and leaves what it holds equal as it was
  await sort.by((machines, into) => order.nameKeysOf(names.low, machines, into))
  await sort.by((machines, into) => order.nameKeysOf(names.high, machines, into))
  if (options.sort !== 'name') await sort.by((machines, into) => order.keysOf(machines, into))
  const { indexes, numbers } = sort
  order.keysOf(indexes, numbers)
  for (let from = 0; from < indexes.length; from = await settleTies(indexes, numbers, order, from)) continue
  for (let at = 0; at < indexes.length; at++) numbers[at] = ids[indexes[at] ?? 0] ?? 0
  return numbers
}

/**
 * Names that are equal in all that the keys hold are compared themselves.
 * @returns where to go on
 */
async function settleTies(sorted: Uint32Array, keys: Float64Array, order: RowOrder, from: number): Promise<number> {
  const { length } = sorted
  let first = from
  while (first < length && first < from + COMPARED) {
    let end = first + 1
    while (end < length && keys[end] === keys[first] && order.hasSameName(sorted[end] ?? 0, sorted[first] ?? 0)) end++
    if (end > first + 1) {
      const run = Array.from(sorted.subarray(first, end), (index) => order.entry(index, keys[first] ?? 0))
      run.sort((a, b) => order.compare(a, b))
      for (const [offset, { index }] of run.entries()) sorted[first + offset] = index
    }
    first = end
  }
  await othersTurn()
  return first
}
