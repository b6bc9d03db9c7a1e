import * as z from 'zod/mini'
import { readJson } from './read-json.ts'
import { writeSetting } from './settings.ts'
import type { Db } from './store.ts'

/** Under these names the table of settings keeps the organisation's own keys; admins do not see them. */
export const OWN_KEYS = ['linkKey', 'commonsKey', 'nonceKey'] as const
export type OwnKey = (typeof OWN_KEYS)[number]

/** As it is kept; undefined where there is none, or where it is damaged. */
export async function keptKey(db: Db, name: OwnKey): Promise<string | undefined> {
  const row = await db.selectFrom('setting').select('value').where('key', '=', name).executeTakeFirst()
  return row && readJson(z.string(), row.value, { table: 'setting', id: name })
}

/** Keeps one where there is none. @returns what is kept now: another process may have been the first */
export async function keepKey(db: Db, name: OwnKey, text: string, now: number): Promise<string> {
  await db
    .insertInto('setting')
    .values(rowOf(name, text, now))
    .onConflict((c) => c.column('key').doNothing())
    .execute()
  const kept = await keptKey(db, name)
  if (kept !== undefined) return kept
  // damaged: nobody can read it any more
  await rewriteKey(db, name, text, now)
  return text
}

export async function rewriteKey(db: Db, name: OwnKey, text: string, now: number): Promise<void> {
  await writeSetting(db, rowOf(name, text, now))
}

const rowOf = (key: OwnKey, text: string, now: number) => ({
  key,
  value: JSON.stringify(text),
  updated_at: now,
  updated_by: 'collector',
})
