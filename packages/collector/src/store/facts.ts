import type { Db, Reader } from './store.ts'

const ROWS = 1_000

/** Keys of the detector's facts, by their ids, which run from 0. */
export async function readFacts(db: Reader): Promise<string[]> {
  return (await db.selectFrom('fact').select('key').orderBy('id').execute()).map((row) => row.key)
}

/** Adds facts; `from` is the first one's id. Facts that are there stay. */
export async function writeFacts(db: Db, from: number, keys: readonly string[]): Promise<void> {
  for (let i = 0; i < keys.length; i += ROWS)
    await db
      .insertInto('fact')
      .values(keys.slice(i, i + ROWS).map((key, n) => ({ id: from + i + n, key })))
      .onConflict((c) => c.column('id').doNothing())
      .execute()
}
