import type { Db, Reader } from './store.ts'
import type { NewRow, Row } from './tables.ts'

export type SavedQueryRow = Row<'saved_query'>

/** By their names. */
export function savedQueries(db: Reader): Promise<SavedQueryRow[]> {
  return db.selectFrom('saved_query').selectAll().orderBy('name').orderBy('id').execute()
}

export function insertSavedQuery(db: Db, row: NewRow<'saved_query'>): Promise<SavedQueryRow> {
  return db.insertInto('saved_query').values(row).returningAll().executeTakeFirstOrThrow()
}

/** @returns whether there was one */
export async function deleteSavedQuery(db: Db, id: number): Promise<boolean> {
  return (await db.deleteFrom('saved_query').where('id', '=', id).returning('id').execute()).length > 0
}

/** Whether it found nothing when it was looked at last. */
export async function setWasEmpty(db: Db, id: number, empty: boolean): Promise<void> {
  await db
    .updateTable('saved_query')
    .set({ was_empty: empty ? 1 : 0 })
    .where('id', '=', id)
    .execute()
}
