import type { Kysely } from 'kysely'

/** Maintenance that comes again each week or month. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('maintenance')
    .addColumn('repeats', 'text', (c) => c.notNull().defaultTo('once'))
    .execute()
}
