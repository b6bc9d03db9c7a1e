import type { Kysely } from 'kysely'
import { createKeyed, type DatabaseKind, required } from './columns.ts'

/** A line for each day, kept when the day's events are gone. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const counts = ['machines', 'crashes', 'crashed_machines', 'dark', 'boots', 'incidents']
  const trend = required(db.schema.createTable('trend_day'), 'bigint', 'day', ...counts)
  await createKeyed(trend.addPrimaryKeyConstraint('trend_day_pk', ['day']), kind)
}
