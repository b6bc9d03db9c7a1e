import { type Kysely, sql } from 'kysely'
import { type DatabaseKind, index, optional, required, type Table, withId } from './columns.ts'

const BEFORE = [
  'machine_id',
  'secret_hash',
  'fingerprint',
  'enrolled_at',
  'enrolment_token_id',
  'enrolled_from',
  'report_hash',
  'report_expires_at',
]

/**
 * Machines prove themselves by keys; what tells the computers behind one key apart, and what was noticed of that. Several
 * machines may say to be one computer now: SQLite gives up a unique column only with its table.
 */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  let identity: Table = db.schema
    .createTable('machine_identity_with_keys')
    .addColumn('machine_id', 'bigint', (c) => c.primaryKey())
  identity = optional(required(identity, 'text', 'secret_hash'), 'text', 'fingerprint', 'enrolled_from', 'report_hash')
  identity = optional(required(identity, 'bigint', 'enrolled_at'), 'bigint', 'enrolment_token_id', 'report_expires_at')
  identity = optional(identity, 'text', 'public_key', 'report_key', 'hardware', 'former_hardware')
  await optional(identity, 'bigint', 'run_number').execute()
  const columns = sql.join(BEFORE.map((name) => sql.ref(name)))
  await sql`INSERT INTO machine_identity_with_keys (${columns}) SELECT ${columns} FROM machine_identity`.execute(db)
  await db.schema.dropTable('machine_identity').execute()
  await db.schema.alterTable('machine_identity_with_keys').renameTo('machine_identity').execute()
  await index(db, 'machine_identity', 'fingerprint')
  await index(db, 'machine_identity', 'public_key')
  await db.schema
    .alterTable('enrolment_token')
    .addColumn('for_reports', 'integer', (c) => c.notNull().defaultTo(0))
    .execute()
  const notes = required(withId(db.schema.createTable('identity_note'), kind), 'bigint', 'machine_id', 'at')
  await required(notes, 'text', 'kind', 'text').execute()
  await index(db, 'identity_note', 'machine_id')
}
