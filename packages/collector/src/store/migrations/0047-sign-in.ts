import type { Kysely } from 'kysely'
import { type DatabaseKind, index, optional, required, withId } from './columns.ts'

/** Accounts of the organisation's provider, and second factors of those that have a password. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  await db.schema.alterTable('user').addColumn('issuer', 'text').execute()
  await db.schema.alterTable('user').addColumn('subject', 'text').execute()
  await db.schema.createIndex('user_by_identity').on('user').columns(['issuer', 'subject']).unique().execute()
  const factor = required(withId(db.schema.createTable('second_factor'), kind), 'text', 'kind', 'name', 'secret')
  await optional(required(factor, 'bigint', 'user_id', 'counter', 'created_at'), 'bigint', 'last_used_at').execute()
  await index(db, 'second_factor', 'user_id')
}
