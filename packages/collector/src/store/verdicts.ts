import type { Reader } from './store.ts'

/** Rows of one read at a start: on the worst of days, the latest of them. */
const MOST = 200_000

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
