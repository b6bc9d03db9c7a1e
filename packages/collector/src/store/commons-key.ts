import * as z from 'zod/mini'
import { readJson } from './read-json.ts'
import { writeSetting } from './settings.ts'
import type { Db } from './store.ts'

/** Under this name the table of settings keeps the key that reports to a commons are signed with; admins see it not. */
const KEY = 'commonsKey'

/**
 * The organisation's private key, the same in every process and over restarts and restores: made with the first call, and
 * anew where it was damaged.
 * @param make a new one, as text
 */
export async function commonsKey(db: Db, make: () => string, now: number): Promise<string> {
  const made = { key: KEY, value: JSON.stringify(make()), updated_at: now, updated_by: 'collector' }
  await db
    .insertInto('setting')
    .values(made)
    .onConflict((c) => c.column('key').doNothing())
    .execute()
  const row = await db.selectFrom('setting').select('value').where('key', '=', KEY).executeTakeFirstOrThrow()
  const key = readJson(z.string(), row.value, { table: 'setting', id: KEY })
  if (key !== undefined) return key
  await writeSetting(db, made)
  return commonsKey(db, make, now)
}
