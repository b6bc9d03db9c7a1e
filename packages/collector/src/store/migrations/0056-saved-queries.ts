import type { Kysely } from 'kysely'
import { type DatabaseKind, required, withId } from './columns.ts'

/** Questions with a name. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  let table = required(withId(db.schema.createTable('saved_query'), kind), 'text', 'name', 'q', 'created_by')
  table = required(table, 'bigint', 'created_at')
  table = required(table, 'integer', 'pinned', 'told', 'was_empty')
  await table.execute()
}
