import { fromCursor, toCursor } from './cursor.ts'

/** What a list is sorted by, the most important first. */
export type SortKeys = readonly (string | number)[]

/**
 * A page of a list that is in memory. Rows that came, went or moved meanwhile change nothing for the others: none is left
 * out and none comes twice.
 * @param keysOf sorts the list; the last key is one that no two rows share
 */
export function sortedPage<T>(
  rows: readonly T[],
  keysOf: (row: T) => SortKeys,
  wanted: { readonly cursor?: string | undefined; readonly limit: number },
): { items: T[]; next: string | null; total: number } {
  const sorted = rows.map((row) => ({ row, keys: keysOf(row) })).sort((a, b) => compare(a.keys, b.keys))
  const length = sorted[0]?.keys.length
  const after = length === undefined ? undefined : fromCursor(wanted.cursor, length)
  const rest = after ? sorted.filter(({ keys }) => compare(keys, after as SortKeys) > 0) : sorted
  const items = rest.slice(0, wanted.limit)
  const last = rest.length > items.length ? items.at(-1) : undefined
  return { items: items.map(({ row }) => row), next: last ? toCursor(...last.keys) : null, total: rows.length }
}

const order = new Intl.Collator('en')

function compare(a: SortKeys, b: SortKeys): number {
  for (const [i, one] of a.entries()) {
    const other = b[i] ?? ''
    const difference =
      typeof one === 'number' && typeof other === 'number' ? one - other : order.compare(String(one), String(other))
    if (difference !== 0) return difference
  }
  return 0
}
