import type { Kysely } from 'kysely'

/** How a channel's messages leave: its secret, after how long, and when it is left in peace. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('channel')
    .addColumn('options', 'text', (c) => c.notNull().defaultTo('{}'))
    .execute()
}
