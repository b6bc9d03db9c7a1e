import type { Db, Reader } from './store.ts'
import type { NewRow, Row } from './tables.ts'

/** What admins have set, by key; a key that nobody set is absent. */
export async function readSettingRows(db: Reader): Promise<Row<'setting'>[]> {
  return db.selectFrom('setting').selectAll().execute()
}

export async function writeSetting(db: Db, row: NewRow<'setting'>): Promise<void> {
  const { key: _key, ...change } = row
  await db
    .insertInto('setting')
    .values(row)
    .onConflict((c) => c.column('key').doUpdateSet(change))
    .execute()
}
