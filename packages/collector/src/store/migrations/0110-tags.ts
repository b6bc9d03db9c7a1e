import type { Kysely } from 'kysely'
import { type DatabaseKind, index, optional, required, withId } from './columns.ts'

/** Words that people, files and agents put on machines and practices. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  let table = withId(db.schema.createTable('tag'), kind)
  table = optional(table, 'bigint', 'machine_id', 'practice_id')
  table = required(table, 'text', 'key', 'word', 'source', 'set_by')
  table = required(table, 'bigint', 'set_at')
  await table.execute()
  await index(db, 'tag', 'machine_id')
  await index(db, 'tag', 'practice_id')
  await index(db, 'tag', 'word')
}
