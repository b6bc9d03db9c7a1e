import type { Kysely } from 'kysely'

/** A second secret of a machine, for one report that another computer makes of its disk. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('machine_identity').addColumn('report_hash', 'text').execute()
  await db.schema.alterTable('machine_identity').addColumn('report_expires_at', 'bigint').execute()
}
