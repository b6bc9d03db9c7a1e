import type { Db } from './store.ts'
import type { Row } from './tables.ts'

export type OneTimeLink = Row<'one_time_link'>

export async function insertLink(db: Db, link: Omit<OneTimeLink, 'used_at'>): Promise<void> {
  await db
    .insertInto('one_time_link')
    .values({ ...link, used_at: null })
    .execute()
}

/** Earlier links for the same person (null: for the first admin) stop working when a new one is given out. */
export async function deleteLinksFor(db: Db, userId: number | null): Promise<void> {
  const unused = db.deleteFrom('one_time_link').where('used_at', 'is', null)
  await (userId === null ? unused.where('user_id', 'is', null) : unused.where('user_id', '=', userId)).execute()
}

/** A link that can be used. */
export async function linkByHash(db: Db, hash: string, now: number): Promise<OneTimeLink | undefined> {
  return db
    .selectFrom('one_time_link')
    .selectAll()
    .where('token_hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** Marks the link used and returns it, or undefined where it is unknown, expired or used: of two at once one wins. */
export async function takeLink(db: Db, hash: string, now: number): Promise<OneTimeLink | undefined> {
  return db
    .updateTable('one_time_link')
    .set({ used_at: now })
    .where('token_hash', '=', hash)
    .where('used_at', 'is', null)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst()
}

/** Links that expired before `before`, used or not. */
export async function deleteOldLinks(db: Db, before: number): Promise<void> {
  await db.deleteFrom('one_time_link').where('expires_at', '<=', before).execute()
}
