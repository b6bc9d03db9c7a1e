import { MeasuredProbe, Millis } from '@pumphandle/shared/wire'
import * as z from 'zod/mini'
import type { Reachability } from '../model/reachability.ts'
import { readJson } from './read-json.ts'
import type { Reader } from './store.ts'
import type { Row } from './tables.ts'

/** Up to version 0.1.0 the results of one event were kept, which all have its time. */
const Stored = z.array(z.extend(MeasuredProbe, { at: z.optional(Millis) }))

type Columns = Pick<Row<'machine_detail'>, 'machine_id' | 'reachability' | 'reachability_at'>

/** What a machine's detail says of the services that it measures; empty where nothing was measured or it is damaged. */
export function reachabilityOf({ machine_id: id, reachability, reachability_at: at }: Columns): Reachability {
  if (reachability === null || at === null) return []
  return (readJson(Stored, reachability, { table: 'machine_detail', id }) ?? []).map((probe) => ({
    ...probe,
    at: probe.at ?? at,
  }))
}

const COLUMNS = ['machine_id', 'reachability', 'reachability_at'] as const

/** What these machines measured. */
export async function readReachability(db: Reader, machines: readonly number[]): Promise<Map<number, Reachability>> {
  const rows = await db.selectFrom('machine_detail').select(COLUMNS).where('machine_id', 'in', machines).execute()
  return new Map(rows.map((row) => [row.machine_id, reachabilityOf(row)]))
}

/** What each machine measured of the services that it probes, of those that measured since a time. */
export async function recentReachability(
  db: Reader,
  since: number,
): Promise<{ machine: number; probes: Reachability }[]> {
  const rows = await db.selectFrom('machine_detail').select(COLUMNS).where('reachability_at', '>=', since).execute()
  return rows.map((row) => ({ machine: row.machine_id, probes: reachabilityOf(row) }))
}
