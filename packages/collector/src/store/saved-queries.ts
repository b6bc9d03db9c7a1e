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
  await db.deleteFrom('question_follower').where('query_id', '=', id).execute()
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

/** Questions that somebody follows. */
export async function followedBy(db: Reader, userId: number): Promise<Set<number>> {
  const rows = await db.selectFrom('question_follower').select('query_id').where('user_id', '=', userId).execute()
  return new Set(rows.map((row) => row.query_id))
}

export async function follow(db: Db, queryId: number, userId: number, follows: boolean): Promise<void> {
  if (follows)
    await db
      .insertInto('question_follower')
      .values({ query_id: queryId, user_id: userId })
      .onConflict((c) => c.columns(['query_id', 'user_id']).doNothing())
      .execute()
  else await db.deleteFrom('question_follower').where('query_id', '=', queryId).where('user_id', '=', userId).execute()
}

/** Addresses of who follows each question: people who may still see the whole fleet. */
export async function followers(db: Reader): Promise<Map<number, string[]>> {
  const rows = await db
    .selectFrom('question_follower')
    .innerJoin('user', 'user.id', 'question_follower.user_id')
    .select(['query_id', 'email'])
    .where('user.disabled', '=', 0)
    .where('user.places', 'is', null)
    .execute()
  const addresses = new Map<number, string[]>()
  for (const { query_id: id, email } of rows) addresses.set(id, [...(addresses.get(id) ?? []), email])
  return addresses
}
