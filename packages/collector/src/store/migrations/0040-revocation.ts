import type { Kysely } from 'kysely'

/** Machines that are not let in any more, and from which address each was enrolled. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('machine').addColumn('revoked_at', 'bigint').execute()
  await db.schema.alterTable('machine_identity').addColumn('enrolled_from', 'text').execute()
}
