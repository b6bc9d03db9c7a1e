import type { Kysely } from 'kysely'
import { createKeyed, type DatabaseKind, index, optional, required, withId } from './columns.ts'

/** Events and what is derived from them. */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  let event = withId(db.schema.createTable('event'), kind, 'seq')
  event = required(event, 'bigint', 'machine_id', 'at', 'agent_at', 'received_at')
  event = required(event, 'text', 'event_id', 'type', 'payload')
  await event.addUniqueConstraint('event_once', ['machine_id', 'event_id']).execute()
  await index(db, 'event', 'machine_id', 'at')
  await index(db, 'event', 'type', 'at')

  let crash = required(db.schema.createTable('crash'), 'bigint', 'machine_id', 'at')
  crash = required(required(crash, 'text', 'event_id', 'kind'), 'integer', 'count')
  crash = optional(optional(crash, 'bigint', 'stop_code'), 'text', 'culprit', 'process', 'module')
  await crash.addUniqueConstraint('crash_once', ['machine_id', 'event_id']).execute()
  await index(db, 'crash', 'at')
  await index(db, 'crash', 'culprit', 'at')
  await index(db, 'crash', 'stop_code', 'at')
  await index(db, 'crash', 'machine_id', 'at')

  let incident = withId(db.schema.createTable('incident'), kind)
  incident = required(incident, 'text', 'kind', 'status', 'title', 'payload')
  incident = optional(incident, 'bigint', 'cause_component_id', 'partner_component_id', 'resolved_at')
  await required(incident, 'bigint', 'opened_at').execute()
  await index(db, 'incident', 'status', 'opened_at')

  let member = required(db.schema.createTable('incident_machine'), 'bigint', 'incident_id', 'machine_id', 'since')
  member = optional(required(member, 'text', 'cohort'), 'text', 'reason')
  await createKeyed(member.addPrimaryKeyConstraint('incident_machine_pk', ['incident_id', 'machine_id']), kind)
  await index(db, 'incident_machine', 'incident_id', 'cohort', 'machine_id')
  await index(db, 'incident_machine', 'machine_id')

  const history = required(withId(db.schema.createTable('incident_history'), kind), 'bigint', 'incident_id', 'at')
  await required(history, 'text', 'actor', 'type', 'payload').execute()
  await index(db, 'incident_history', 'incident_id', 'at')

  let mark = required(db.schema.createTable('recovery_mark'), 'bigint', 'incident_id', 'machine_id', 'marked_at')
  mark = optional(required(mark, 'text', 'mark', 'marked_by'), 'text', 'note')
  await createKeyed(mark.addPrimaryKeyConstraint('recovery_mark_pk', ['incident_id', 'machine_id']), kind)

  const fact = db.schema.createTable('fact').addColumn('id', 'integer', (c) => c.primaryKey())
  await required(fact, 'text', 'key').addUniqueConstraint('fact_key', ['key']).execute()
  const snapshot = db.schema.createTable('snapshot').addColumn('name', 'text', (c) => c.primaryKey())
  await required(required(snapshot, 'bigint', 'at', 'seq'), 'text', 'body').execute()
}
