import type { Kysely } from 'kysely'

/** Whether people who have some places see a saved question: its words may name what is elsewhere, so somebody says it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('saved_query')
    .addColumn('for_places', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
}
