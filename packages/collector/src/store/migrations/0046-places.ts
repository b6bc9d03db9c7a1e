import type { Kysely } from 'kysely'

/** Which regions, networks and practices a person has; null is the whole fleet, as everybody had before. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('user').addColumn('places', 'text').execute()
}
