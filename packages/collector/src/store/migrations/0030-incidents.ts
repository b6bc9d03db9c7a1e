import type { Kysely } from 'kysely'
import { createKeyed, type DatabaseKind, required } from './columns.ts'

/** What an incident remembers of its members' failures, and its figures over time. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  for (const column of ['failures', 'failed_at', 'verified', 'exposed'])
    await db.schema
      .alterTable('incident_machine')
      .addColumn(column, 'bigint', (c) => c.notNull().defaultTo(0))
      .execute()
  const sample = required(
    required(db.schema.createTable('incident_sample'), 'bigint', 'incident_id', 'at'),
    'text',
    'payload',
  )
  await createKeyed(sample.addPrimaryKeyConstraint('incident_sample_pk', ['incident_id', 'at']), kind)
}
