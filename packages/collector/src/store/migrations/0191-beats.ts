import { type Kysely, sql } from 'kysely'
import { type DatabaseKind, required } from './columns.ts'

/**
 * The active brain's beat, apart from what is stored with it: that waits for the synchronous standby, and keeps its row locked
 * meanwhile. On PostgreSQL alone. A brain of the version before that stands by would not see it beat: it is upgraded first.
 */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  if (kind === 'sqlite') return
  const table = db.schema.createTable('brain_beat').addColumn('id', 'integer', (c) => c.primaryKey())
  await required(table, 'bigint', 'beat').execute()
  await sql`insert into brain_beat (id, beat) values (1, 0)`.execute(db)
}
