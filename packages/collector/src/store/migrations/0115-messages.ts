import type { Kysely } from 'kysely'
import { type DatabaseKind, required, withId } from './columns.ts'

/** What a message was about and how large that was, so that each stage of one cause is told once; and who is on call when. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  await db.schema
    .alterTable('notification')
    .addColumn('cause', 'text', (c) => c.notNull().defaultTo(''))
    .execute()
  await db.schema.alterTable('notification').addColumn('machines', 'bigint').execute()
  await db.schema.alterTable('notification').addColumn('thread', 'bigint').execute()
  await db.schema
    .alterTable('notification')
    .addColumn('after_minutes', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  await db.schema.alterTable('notification').addColumn('digest_at', 'bigint').execute()
  await db.schema
    .createIndex('notification_by_cause_channel_id')
    .on('notification')
    .columns(['cause', 'channel_id'])
    .execute()
  const rota = required(withId(db.schema.createTable('rota'), kind), 'text', 'name', 'body', 'updated_by')
  await required(rota, 'bigint', 'updated_at').execute()
}
