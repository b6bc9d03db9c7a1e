import type { Kysely } from 'kysely'
import { createKeyed, type DatabaseKind, index, optional, required, withId } from './columns.ts'

/** The cards of practices' own pages, and what their staff said of machines. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  let card = required(db.schema.createTable('practice_card'), 'bigint', 'practice_id', 'serial', 'made_at')
  card = required(card, 'text', 'made_by')
  await createKeyed(card.addPrimaryKeyConstraint('practice_card_pk', ['practice_id']), kind)

  let report = withId(db.schema.createTable('practice_report'), kind)
  report = required(report, 'bigint', 'practice_id', 'at')
  report = optional(report, 'bigint', 'machine_id')
  report = required(report, 'text', 'which', 'screen')
  report = optional(report, 'text', 'stop_code')
  await report.execute()
  await index(db, 'practice_report', 'practice_id', 'at')
}
