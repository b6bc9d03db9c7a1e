import { type Kysely, sql } from 'kysely'
import { type DatabaseKind, optional, required, withId } from './columns.ts'

/**
 * What a collector on several computers shares: edges and their leases, the journal that they write, and which brain is
 * the active one. On PostgreSQL alone: over SQLite there is one process.
 */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  if (kind === 'sqlite') return
  let edge = required(withId(db.schema.createTable('edge'), kind), 'text', 'name')
  edge = required(edge, 'bigint', 'started_at', 'beat', 'roster', 'connections')
  await optional(edge, 'bigint', 'gone_at').execute()

  // the edge leads the key, so that the journal can be divided among servers by it; a partition is a day
  await sql`
    create table journal (
      edge bigint not null, n bigint not null, at bigint not null, body text not null,
      primary key (edge, n, at)
    ) partition by range (at)`.execute(db)

  const brain = db.schema.createTable('brain').addColumn('id', 'integer', (c) => c.primaryKey())
  await required(required(brain, 'bigint', 'beat', 'tick_at'), 'text', 'holder', 'address', 'positions').execute()
  await sql`insert into brain (id, beat, tick_at, holder, address, positions) values (1, 0, 0, '', '', '[]')`.execute(
    db,
  )
  // apart from the rest: it is locked by whoever writes, and changed by a takeover alone
  await required(
    db.schema.createTable('brain_term').addColumn('id', 'integer', (c) => c.primaryKey()),
    'bigint',
    'term',
  ).execute()
  await sql`insert into brain_term (id, term) values (1, 0)`.execute(db)
  await sql`
    create function pumphandle_fence() returns trigger language plpgsql as $$
    begin
      perform 1 from brain_term where term = current_setting('pumphandle.term')::bigint for share;
      if not found then
        raise exception 'another brain has taken over' using errcode = 'PH001';
      end if;
      return null;
    end $$`.execute(db)
}
