import { ProbeResult } from '@pumphandle/shared/wire'
import * as z from 'zod/mini'
import { readJson } from './read-json.ts'
import type { Reader } from './store.ts'

const Results = z.array(ProbeResult)

/** Rows of one read at a start: on the worst of days, the latest of them. */
const MOST = 200_000

/** What each machine measured of the services that it probes, since a time. */
export async function recentReachability(
  db: Reader,
  since: number,
): Promise<{ machine: number; at: number; results: readonly ProbeResult[] }[]> {
  const rows = await db
    .selectFrom('machine_detail')
    .select(['machine_id', 'reachability', 'reachability_at'])
    .where('reachability_at', '>=', since)
    .$narrowType<{ reachability_at: number }>()
    .execute()
  return rows.map(({ machine_id: machine, reachability, reachability_at: at }) => {
    const row = { table: 'machine_detail', id: machine }
    return { machine, at, results: (reachability === null ? undefined : readJson(Results, reachability, row)) ?? [] }
  })
}

/** Blue screens since a time, newest first. */
export async function recentBugchecks(
  db: Reader,
  since: number,
): Promise<{ machine: number; event: string; at: number }[]> {
  return db
    .selectFrom('crash')
    .select(['machine_id as machine', 'event_id as event', 'at'])
    .where('at', '>=', since)
    .where('kind', '=', 'bugcheck')
    .orderBy('at', 'desc')
    .limit(MOST)
    .execute()
}
