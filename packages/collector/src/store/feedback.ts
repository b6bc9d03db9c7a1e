import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'

/** A fleet has some incidents a year; more than anybody judges. */
const MOST = 10_000

/** What people said of incidents, newest first. */
export async function readFeedback(db: Reader): Promise<Row<'incident_feedback'>[]> {
  return db.selectFrom('incident_feedback').selectAll().orderBy('at', 'desc').limit(MOST).execute()
}

/** One word for each incident: the latest. */
export async function writeFeedback(db: Db, row: Row<'incident_feedback'>): Promise<void> {
  const { incident_id: _id, ...change } = row
  await db
    .insertInto('incident_feedback')
    .values(row)
    .onConflict((c) => c.column('incident_id').doUpdateSet(change))
    .execute()
}
