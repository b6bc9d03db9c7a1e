import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from './columns.ts'

/**
 * What machines signed once, at whichever edge of a cluster. Not logged: it is worth something for minutes, is flushed for
 * nobody, and is empty after a failover. On PostgreSQL alone: one process remembers its own.
 */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  if (kind === 'sqlite') return
  await sql`create unlogged table used_nonce (nonce text primary key, until bigint not null)`.execute(db)
}
