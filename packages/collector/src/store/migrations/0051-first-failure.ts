import type { Kysely } from 'kysely'

/** When a machine of an incident failed for the first time: what the curve of an incident is drawn from. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .alterTable('incident_machine')
    .addColumn('first_failed_at', 'bigint', (c) => c.notNull().defaultTo(0))
    .execute()
  await db
    .updateTable('incident_machine' as never)
    .set('first_failed_at' as never, ((eb: { ref: (c: string) => unknown }) => eb.ref('failed_at')) as never)
    .execute()
}
