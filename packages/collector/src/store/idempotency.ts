import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'

/** What a write with a key was answered, so that its repetition is answered the same. */
export type KeptAnswer = Row<'idempotency'>

export async function keptAnswer(db: Reader, key: string, actor: string): Promise<KeptAnswer | undefined> {
  return db.selectFrom('idempotency').selectAll().where('key', '=', key).where('actor', '=', actor).executeTakeFirst()
}

/** The status of a write that has begun: its body is what the audit log says should it be cut off. */
const BEGUN = 0

export function isBegun(answer: KeptAnswer): boolean {
  return answer.status === BEGUN
}

/** Before anything is written: from now on it is known that somebody set out to. */
export async function beginAnswer(db: Db, answer: Omit<KeptAnswer, 'status'>): Promise<void> {
  await db
    .insertInto('idempotency')
    .values({ ...answer, status: BEGUN })
    .execute()
}

/** What came of it. */
export async function keepAnswer(db: Db, answer: Pick<KeptAnswer, 'key' | 'actor' | 'status' | 'body'>): Promise<void> {
  const { key, actor, ...change } = answer
  await db.updateTable('idempotency').set(change).where('key', '=', key).where('actor', '=', actor).execute()
}

/** Nothing came of it: the same key may try again. */
export async function dropAnswer(db: Db, key: string, actor: string): Promise<void> {
  await db.deleteFrom('idempotency').where('key', '=', key).where('actor', '=', actor).execute()
}

/** Writes that had begun when a collector was killed, of which nobody knows whether they took effect. */
export async function begunAnswers(db: Reader): Promise<KeptAnswer[]> {
  return db.selectFrom('idempotency').selectAll().where('status', '=', BEGUN).orderBy('created_at').execute()
}

export async function deleteAnswersBefore(db: Db, before: number): Promise<void> {
  await db.deleteFrom('idempotency').where('created_at', '<', before).execute()
}
