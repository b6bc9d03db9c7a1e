import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'

/** What a write with a key was answered, so that its repetition is answered the same. */
export type KeptAnswer = Row<'idempotency'>

export async function keptAnswer(db: Reader, key: string, actor: string): Promise<KeptAnswer | undefined> {
  return db.selectFrom('idempotency').selectAll().where('key', '=', key).where('actor', '=', actor).executeTakeFirst()
}

export async function keepAnswer(db: Db, answer: KeptAnswer): Promise<void> {
  await db
    .insertInto('idempotency')
    .values(answer)
    .onConflict((c) => c.columns(['key', 'actor']).doNothing())
    .execute()
}

export async function deleteAnswersBefore(db: Db, before: number): Promise<void> {
  await db.deleteFrom('idempotency').where('created_at', '<', before).execute()
}
