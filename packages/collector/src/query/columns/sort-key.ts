import { MACHINE_STATES } from '@pumphandle/shared/words'
import type { DictionaryColumn } from './dictionary-column.ts'
import type { FleetColumns } from './fleet-columns.ts'
import type { NumberColumn } from './number-column.ts'

export type Sort = 'name' | 'practice' | 'state' | 'lastSeen' | 'lastCrashAt' | 'model'
/** What a machine is sorted by, as a page's end remembers it. */
export type SortValue = string | number | null

/** A number for each machine in the order wanted; machines without a value come last, rising or falling. */
export interface SortKey {
  /** Writes them into `into`, which it returns. */
  keysOf(indexes: Uint32Array, into: Float64Array): Float64Array
  valueAt(index: number): SortValue
  /** the same number for a value that no machine may have any more */
  keyOf(value: SortValue): number
}

const LAST = Number.POSITIVE_INFINITY

export function sortKey({ machines, practices }: FleetColumns, sort: Exclude<Sort, 'name'>, sign: 1 | -1): SortKey {
  switch (sort) {
    case 'lastSeen':
      return byTime(machines.seen, sign)
    case 'lastCrashAt':
      return byTime(machines.crashed, sign)
    case 'state':
      return byText(machines.state, sign, (s) => `${MACHINE_STATES.indexOf(s)}`)
    case 'model':
      return byText(machines.model, sign, (m) => m)
    case 'practice':
      return byText(machines.practice, sign, (id) => practices.get(id)?.code ?? '')
  }
}

function byTime(column: NumberColumn, sign: number): SortKey {
  const { values } = column
  const keyOf = (value: number): number => (Number.isNaN(value) ? LAST : value * sign)
  return {
    keysOf(indexes, keys) {
      for (let at = 0; at < indexes.length; at++) keys[at] = keyOf(values[indexes[at] ?? 0] ?? Number.NaN)
      return keys
    },
    valueAt: (i) => column.get(i),
    keyOf: (value) => keyOf(typeof value === 'number' ? value : Number.NaN),
  }
}

/** A text's rank among the column's texts; one that is not among them ranks between its neighbours. */
function byText<T extends string | number>(
  column: DictionaryColumn<T>,
  sign: number,
  text: (value: T) => string,
): SortKey {
  const texts = column.values.map((v) => (v === undefined ? undefined : text(v)))
  const sorted = texts.filter((t) => t !== undefined).toSorted()
  const rankOf = new Map<string, number>()
  for (const [rank, t] of sorted.entries()) if (!rankOf.has(t)) rankOf.set(t, rank * sign)
  const keyOfCode = Float64Array.from(texts, (t) => (t === undefined ? LAST : (rankOf.get(t) ?? LAST)))
  const { codes } = column
  return {
    keysOf(indexes, keys) {
      for (let at = 0; at < indexes.length; at++) keys[at] = keyOfCode[codes[indexes[at] ?? 0] ?? 0] ?? LAST
      return keys
    },
    valueAt: (i) => texts[codes[i] ?? 0] ?? null,
    keyOf: (value) => {
      if (typeof value !== 'string') return LAST
      return rankOf.get(value) ?? (sorted.filter((t) => t < value).length - 0.5) * sign
    },
  }
}
