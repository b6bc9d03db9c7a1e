import type { Kysely } from 'kysely'

/** Machines that are not in the fleet any more: re-imaged, replaced, scrapped. Their history stays until it is deleted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('machine').addColumn('retired_at', 'bigint').execute()
  await db.schema.alterTable('machine').addColumn('retired_why', 'text').execute()
}
