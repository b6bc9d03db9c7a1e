import type { Db, Reader } from './store.ts'

const ROWS = 1_000

/** Keys of the detector's facts, by their ids, which run from 0. */
export async function readFacts(db: Reader): Promise<string[]> {
  return (await db.selectFrom('fact').select('key').orderBy('id').execute()).map((row) => row.key)
}

/** Adds facts; `from` is the first one's id. What another brain made of these ids is its own snapshot's, which ends with it. */
export async function writeFacts(db: Db, from: number, keys: readonly string[]): Promise<void> {
  if (keys.length > 0) await db.deleteFrom('fact').where('id', '>=', from).execute()
  for (let i = 0; i < keys.length; i += ROWS)
    await db
      .insertInto('fact')
      .values(keys.slice(i, i + ROWS).map((key, n) => ({ id: from + i + n, key })))
      .execute()
}
