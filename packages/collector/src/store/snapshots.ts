import type { Db, Reader } from './db.ts'

/** What a part of the core had in memory at a time. */
export interface StoredSnapshot {
  readonly at: number
  readonly seq: number
  readonly body: string
}

export async function readSnapshot(db: Reader, name: string): Promise<StoredSnapshot | undefined> {
  return db.selectFrom('snapshot').select(['at', 'seq', 'body']).where('name', '=', name).executeTakeFirst()
}

export async function writeSnapshot(db: Db, name: string, snapshot: StoredSnapshot): Promise<void> {
  await db
    .insertInto('snapshot')
    .values({ name, ...snapshot })
    .onConflict((c) => c.column('name').doUpdateSet({ ...snapshot }))
    .execute()
}
