import { type Kysely, sql } from 'kysely'
import { GENESIS, linkHash } from '../../model/audit-line.ts'
import { type DatabaseKind, required } from './columns.ts'

/** Lines hashed in one go while a log of years is linked. */
const PER_READ = 1_000

interface Tables {
  audit: { id: number; at: number; actor: string; action: string; subject: string; detail: string; hash: string }
  audit_chain: { id: number; first_id: number; before_hash: string; last_id: number; last_hash: string }
}

/** Each line of the audit log is linked to the one before it; the database itself refuses to change or remove one. */
export async function up(untyped: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  const db = untyped as Kysely<Tables>
  await db.schema
    .alterTable('audit')
    .addColumn('hash', 'text', (c) => c.notNull().defaultTo(''))
    .execute()
  const chain = db.schema.createTable('audit_chain').addColumn('id', 'integer', (c) => c.primaryKey())
  await required(required(chain, 'bigint', 'first_id', 'last_id'), 'text', 'before_hash', 'last_hash').execute()
  let hash = GENESIS
  let last = 0
  for (;;) {
    const lines = await db
      .selectFrom('audit')
      .selectAll()
      .where('id', '>', last)
      .orderBy('id')
      .limit(PER_READ)
      .execute()
    for (const line of lines) {
      hash = linkHash(hash, line)
      last = line.id
      await db.updateTable('audit').set({ hash }).where('id', '=', line.id).execute()
    }
    if (lines.length < PER_READ) break
  }
  const first = await db.selectFrom('audit').select('id').orderBy('id').limit(1).executeTakeFirst()
  await db
    .insertInto('audit_chain')
    .values({ id: 1, first_id: first?.id ?? 1, before_hash: GENESIS, last_id: last, last_hash: hash })
    .execute()
  await (kind === 'sqlite' ? guardSqlite(db) : guardPostgres(db))
}

async function guardSqlite(db: Kysely<Tables>): Promise<void> {
  await sql`CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit log is append only'); END`.execute(db)
  await sql`CREATE TRIGGER audit_kept BEFORE DELETE ON audit WHEN OLD.id >= (SELECT first_id FROM audit_chain)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append only'); END`.execute(db)
}

async function guardPostgres(db: Kysely<Tables>): Promise<void> {
  await sql`CREATE FUNCTION audit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF TG_OP = 'DELETE' AND OLD.id < (SELECT first_id FROM audit_chain) THEN RETURN OLD; END IF;
      RAISE EXCEPTION 'the audit log is append only';
    END $$`.execute(db)
  await sql`CREATE TRIGGER audit_guard BEFORE UPDATE OR DELETE ON audit
    FOR EACH ROW EXECUTE FUNCTION audit_guard()`.execute(db)
}
