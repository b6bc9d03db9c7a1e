import type { Kysely } from 'kysely'
import { createKeyed, type DatabaseKind, optional, required } from './columns.ts'

/** What the organisation says it owns, list by list; and how much of it was watched, day by day. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  let owned = required(db.schema.createTable('owned_machine'), 'text', 'source', 'machine_key', 'name')
  owned = optional(owned, 'text', 'serial', 'practice_code')
  owned = optional(owned, 'bigint', 'last_seen')
  owned = required(owned, 'bigint', 'listed_at')
  await createKeyed(owned.addPrimaryKeyConstraint('owned_machine_pk', ['source', 'machine_key']), kind)

  const day = required(db.schema.createTable('coverage_day'), 'bigint', 'day', 'listed', 'watched', 'unlisted')
  await createKeyed(day.addPrimaryKeyConstraint('coverage_day_pk', ['day']), kind)
}
