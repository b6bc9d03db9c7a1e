import type { Db, Reader } from './store.ts'
import type { NewRow, Row } from './tables.ts'

/** What one person has set of their own page. */
export async function readPreferences(db: Reader, userId: number): Promise<Row<'preference'>[]> {
  return db.selectFrom('preference').selectAll().where('user_id', '=', userId).orderBy('name').execute()
}

export async function writePreference(db: Db, row: NewRow<'preference'>): Promise<void> {
  await db
    .insertInto('preference')
    .values(row)
    .onConflict((c) => c.columns(['user_id', 'name']).doUpdateSet({ value: row.value, updated_at: row.updated_at }))
    .execute()
}
