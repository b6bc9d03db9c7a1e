import type { Bitset } from '../query/index.ts'
import { type FleetColumns, type Query, readPast, select } from '../query/index.ts'
import type { Reader } from '../store/index.ts'

export interface SearchStore {
  readonly kind: 'sqlite' | 'postgres'
  readonly reader: Reader
}

/** The machines that a query asks for: what is now from the columns, what was in the past from the store. */
export async function search(store: SearchStore, columns: FleetColumns, query: Query, now: number): Promise<Bitset> {
  const past = await readPast(store.reader, query, { dialect: store.kind, now })
  return select(columns, query, { now, past })
}

/** The incident that a query names, if it names exactly one: its cohorts are shown beside the machines. */
export function incidentOf(query: Query): number | null {
  const ids = new Set(incidentIds(query))
  const [only] = ids
  return ids.size === 1 && only !== undefined ? only : null
}

function incidentIds(query: Query): number[] {
  if (query.type === 'and' || query.type === 'or') return query.of.flatMap(incidentIds)
  return query.type === 'incident' ? query.ids : []
}
