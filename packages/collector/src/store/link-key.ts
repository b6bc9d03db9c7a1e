import { newSecret } from '../model/secret.ts'
import type { Db } from './store.ts'

/** Under this name the table of settings keeps what signs links; it is none that admins see. */
const KEY = 'linkKey'

/** What this organisation's links are signed with, the same in every process; made with the first. */
export async function linkKey(db: Db, now: number): Promise<string> {
  const value = JSON.stringify(newSecret())
  await db
    .insertInto('setting')
    .values({ key: KEY, value, updated_at: now, updated_by: 'collector' })
    .onConflict((c) => c.column('key').doNothing())
    .execute()
  const row = await db.selectFrom('setting').select('value').where('key', '=', KEY).executeTakeFirstOrThrow()
  return row.value
}
