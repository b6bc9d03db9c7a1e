import type { Kysely } from 'kysely'

/** What stands on a computer's case, to find it by: filled by its next inventory, within a day. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('machine').addColumn('serial_number', 'text').execute()
}
