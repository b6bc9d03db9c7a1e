import type { Kysely } from 'kysely'
import { createKeyed, type DatabaseKind, required } from './columns.ts'

/** Who wants to be told by email when a saved question has an answer. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const table = required(db.schema.createTable('question_follower'), 'bigint', 'query_id', 'user_id')
  await createKeyed(table.addPrimaryKeyConstraint('question_follower_pk', ['query_id', 'user_id']), kind)
}
