import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** Which components more than one machine had. Those that are there are taken to be such. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('component')
    .addColumn('shared', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await db.schema.alterTable('component').addColumn('first_machine_id', 'bigint').execute()
  await sql`UPDATE component SET shared = 1`.execute(db)
}
