import type { Kysely } from 'kysely'
import { createKeyed, type DatabaseKind, index, required, withId } from './columns.ts'

/** What was counted of each version, and how its verdict changed. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const record = required(
    required(required(db.schema.createTable('version_record'), 'text', 'key'), 'bigint', 'at'),
    'text',
    'payload',
  )
  await createKeyed(record.addPrimaryKeyConstraint('version_record_pk', ['key']), kind)
  const change = required(withId(db.schema.createTable('version_change'), kind), 'bigint', 'at')
  await required(change, 'text', 'key', 'from_word', 'to_word', 'sentence').execute()
  await index(db, 'version_change', 'key', 'id')
}
