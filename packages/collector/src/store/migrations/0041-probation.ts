import type { Kysely } from 'kysely'
import { sql } from 'kysely'

/** Since when a machine counts for itself, and which practices a person has named. Those that are there keep their voice. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('machine').addColumn('established_at', 'bigint').execute()
  await sql`UPDATE machine SET established_at = first_seen`.execute(db)
  await db.schema
    .alterTable('practice')
    .addColumn('vouched', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await sql`UPDATE practice SET vouched = 1`.execute(db)
}
