import type { Db, Reader } from '../db.ts'
import { databaseClock } from './edges.ts'

/** A transaction is ended by then, so that what it wrote has been seen: a change is dated before it is committed. */
const COMMITTED_WITHIN_MS = 30_000

/**
 * Machines that somebody enrolled, moved, renamed, revoked or retired since a time of the database's clock, ms epoch; some
 * from before it too.
 * @returns who, and the time to ask from next
 */
export async function machinesChanged(
  db: Reader,
  since: number,
): Promise<{ readonly ids: number[]; readonly now: number }> {
  const { now } = await db.selectFrom('brain').select(databaseClock.as('now')).executeTakeFirstOrThrow()
  const rows = await db
    .selectFrom('machine_change')
    .select('machine_id')
    .distinct()
    .where('at', '>=', since - COMMITTED_WITHIN_MS)
    .execute()
  return { ids: rows.map((row) => row.machine_id), now: Number(now) }
}

/** Those that every brain has seen. */
export async function deleteMachineChanges(db: Db, before: number): Promise<void> {
  await db.deleteFrom('machine_change').where('at', '<', before).execute()
}
