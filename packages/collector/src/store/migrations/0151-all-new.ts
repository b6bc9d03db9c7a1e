import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from './columns.ts'

/**
 * An edge stores events, and the journal's row of them, by one statement, where all of them are new; else the statement
 * fails as a whole. On PostgreSQL alone. Edges of older versions call it; newer ones let a unique key say so.
 */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  if (kind === 'sqlite') return
  await sql`
    create function pumphandle_all_new(given bigint, inserted bigint) returns bigint language plpgsql as $$
    begin
      if given <> inserted then
        raise exception 'some of the events are known' using errcode = 'PH002';
      end if;
      return inserted;
    end $$`.execute(db)
}
