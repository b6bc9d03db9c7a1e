import type { Kysely } from 'kysely'
import { createKeyed, type DatabaseKind, required } from './columns.ts'

/** How each person likes the page: columns, what was put away. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  let preference = required(db.schema.createTable('preference'), 'bigint', 'user_id', 'updated_at')
  preference = required(preference, 'text', 'name', 'value')
  await createKeyed(preference.addPrimaryKeyConstraint('preference_pk', ['user_id', 'name']), kind)
}
