import type { Kysely } from 'kysely'

/** What the organisation's provider calls the sign-in that began a session: it says so when that ends there. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('session')
    .addColumn('provider_session', 'text', (c) => c.notNull().defaultTo(''))
    .execute()
}
