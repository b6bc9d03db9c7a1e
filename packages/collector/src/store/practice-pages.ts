import type { Db, Reader, Tx } from './store.ts'
import type { NewRow, Row } from './tables.ts'

/** The newest card; undefined where nobody has renewed it: then its serial is 1. */
export function practiceCard(db: Reader, practice: number): Promise<Row<'practice_card'> | undefined> {
  return db.selectFrom('practice_card').selectAll().where('practice_id', '=', practice).executeTakeFirst()
}

export async function putPracticeCard(db: Db, card: NewRow<'practice_card'>): Promise<void> {
  const { practice_id: _id, ...change } = card
  await db
    .insertInto('practice_card')
    .values(card)
    .onConflict((c) => c.column('practice_id').doUpdateSet(change))
    .execute()
}

export async function insertReport(db: Db, report: NewRow<'practice_report'>): Promise<void> {
  await db.insertInto('practice_report').values(report).execute()
}

/** A practice's reports since `from`, newest first. */
export function reportsOf(
  db: Reader,
  practice: number,
  from: number,
  limit: number,
): Promise<Row<'practice_report'>[]> {
  return db
    .selectFrom('practice_report')
    .selectAll()
    .where('practice_id', '=', practice)
    .where('at', '>=', from)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
}

/** Deletes some of the reports that are older than `before`. @returns how many */
export async function deleteOldReports(tx: Tx, before: number, atMost: number): Promise<number> {
  const old = await tx.selectFrom('practice_report').select(['id', 'at']).orderBy('id').limit(atMost).execute()
  const young = old.findIndex((row) => row.at >= before)
  const last = (young < 0 ? old : old.slice(0, young)).at(-1)
  if (!last) return 0
  await tx.deleteFrom('practice_report').where('id', '<=', last.id).execute()
  return young < 0 ? old.length : young
}
