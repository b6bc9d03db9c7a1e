import type { Kysely } from 'kysely'
import {
  asciiLower,
  byteOrderText,
  createKeyed,
  type DatabaseKind,
  index,
  optional,
  required,
  type Table,
  withId,
} from './columns.ts'

export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  await practices(db, kind)
  await machines(db, kind)
  await components(db, kind)
}

async function practices(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  for (const name of ['region', 'pcn']) {
    let table = withId(db.schema.createTable(name), kind)
    table = required(table, 'text', 'code', 'name').addUniqueConstraint(`${name}_code`, ['code'])
    if (name === 'pcn') table = optional(table, 'bigint', 'region_id')
    await table.execute()
  }
  await index(db, 'pcn', 'region_id')

  let practice = withId(db.schema.createTable('practice'), kind)
  practice = required(practice, 'text', 'code', 'name', 'status').addUniqueConstraint('practice_code', ['code'])
  practice = optional(practice, 'bigint', 'pcn_id', 'region_id', 'merged_into')
  await optional(practice, 'text', 'opening_hours', 'contacts', 'address').execute()
  await index(db, 'practice', 'pcn_id')
  await index(db, 'practice', 'region_id')
}

async function machines(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  let machine = withId(db.schema.createTable('machine'), kind)
  machine = required(machine, 'text', 'uid', 'name', 'state').addUniqueConstraint('machine_uid', ['uid'])
  machine = required(machine, 'bigint', 'state_since', 'first_seen', 'last_seen')
  machine = optional(machine, 'bigint', 'practice_id', 'region_id', 'last_boot_at', 'last_crash_at', 'last_crash_stop')
  machine = optional(machine, 'text', 'state_reason', 'model', 'os_name', 'boot_id', 'last_crash_culprit')
  machine = required(optional(machine, 'text', 'agent_version'), 'integer', 'unmanaged')
  await machine.addColumn('search', byteOrderText(kind) as never, (c) => c.notNull()).execute()
  await index(db, 'machine', 'practice_id')
  await index(db, 'machine', 'region_id')
  await index(db, 'machine', 'state', 'id')
  for (const column of ['last_crash_at', 'last_crash_stop', 'search', 'last_seen']) await index(db, 'machine', column)
  for (const column of ['last_crash_culprit', 'model'])
    await db.schema
      .createIndex(`machine_by_lower_${column}`)
      .on('machine')
      .expression(asciiLower(kind, column))
      .execute()

  let identity: Table = db.schema
    .createTable('machine_identity')
    .addColumn('machine_id', 'bigint', (c) => c.primaryKey())
  identity = optional(required(identity, 'text', 'secret_hash'), 'text', 'fingerprint')
  identity = optional(required(identity, 'bigint', 'enrolled_at'), 'bigint', 'enrolment_token_id')
  await identity.addUniqueConstraint('machine_identity_fingerprint', ['fingerprint']).execute()

  let detail: Table = db.schema.createTable('machine_detail').addColumn('machine_id', 'bigint', (c) => c.primaryKey())
  detail = optional(detail, 'text', 'inventory', 'reachability', 'vitals')
  await optional(detail, 'bigint', 'reachability_at', 'vitals_at', 'clock_skew_ms').execute()

  let transition = withId(db.schema.createTable('machine_transition'), kind)
  transition = required(required(transition, 'bigint', 'machine_id', 'at'), 'text', 'from_state', 'to_state', 'reason')
  await transition.execute()
  await index(db, 'machine_transition', 'machine_id', 'at')
  await index(db, 'machine_transition', 'to_state', 'at')
}

async function components(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  let component = withId(db.schema.createTable('component'), kind)
  component = required(required(component, 'text', 'kind', 'name', 'version'), 'bigint', 'first_seen')
  await component
    .addColumn('version_key', byteOrderText(kind) as never, (c) => c.notNull())
    .addUniqueConstraint('component_key', ['kind', 'name', 'version'])
    .execute()
  await db.schema
    .createIndex('component_by_kind_lower_name_version_key')
    .on('component')
    .column('kind')
    .expression(asciiLower(kind, 'name'))
    .column('version_key')
    .execute()

  await createKeyed(
    required(db.schema.createTable('machine_component'), 'bigint', 'machine_id', 'component_id', 'since')
      .addColumn('known_since_before', 'integer', (c) => c.notNull())
      .addPrimaryKeyConstraint('machine_component_pk', ['machine_id', 'component_id']),
    kind,
  )
  await index(db, 'machine_component', 'component_id', 'machine_id')

  const exposure = required(db.schema.createTable('exposure'), 'bigint', 'machine_id', 'component_id', 'since')
  await optional(exposure, 'bigint', 'until').execute()
  await index(db, 'exposure', 'component_id', 'since', 'until', 'machine_id')
  await index(db, 'exposure', 'machine_id', 'component_id', 'since')
}
