import type { Kysely } from 'kysely'

/** How each session was begun, from where and in which browser: people see where they are signed in. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const name of ['means', 'address', 'browser'])
    await db.schema
      .alterTable('session')
      .addColumn(name, 'text', (c) => c.notNull().defaultTo(''))
      .execute()
}
