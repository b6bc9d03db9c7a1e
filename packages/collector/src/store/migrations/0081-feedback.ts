import type { Kysely } from 'kysely'
import { createKeyed, type DatabaseKind, required } from './columns.ts'

/** What people said of incidents that were over. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  let table = required(db.schema.createTable('incident_feedback'), 'bigint', 'incident_id', 'at')
  table = required(table, 'text', 'cause', 'title', 'was', 'reason', 'given_by')
  await createKeyed(table.addPrimaryKeyConstraint('incident_feedback_pk', ['incident_id']), kind)
}
