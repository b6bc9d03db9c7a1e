import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from './columns.ts'

/**
 * What a brain that stands by follows beside the journal: who is under maintenance, and which machines' rows were changed,
 * whoever changed them. On PostgreSQL alone. Programs of the version before write on: a trigger takes down what they change.
 */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  if (kind === 'sqlite') return
  await sql`alter table brain
    add column muted text not null default '[]',
    add column muted_n bigint not null default 0,
    add column cases text not null default ''`.execute(db)
  await sql`create table machine_change (machine_id bigint not null, at bigint not null)`.execute(db)
  await sql`create index machine_change_by_at on machine_change (at)`.execute(db)
  await sql`
    create function pumphandle_machine_changed() returns trigger language plpgsql as $$
    begin
      insert into machine_change (machine_id, at)
      values (new.id, (extract(epoch from clock_timestamp()) * 1000)::bigint);
      return null;
    end $$`.execute(db)
  await sql`
    create function pumphandle_tag_changed() returns trigger language plpgsql as $$
    declare
      changed record;
    begin
      changed := case when tg_op = 'DELETE' then old else new end;
      if changed.machine_id is not null then
        insert into machine_change (machine_id, at)
        values (changed.machine_id, (extract(epoch from clock_timestamp()) * 1000)::bigint);
      end if;
      return null;
    end $$`.execute(db)
  await sql`
    create trigger pumphandle_tag_changed after insert or update or delete on tag
      for each row execute function pumphandle_tag_changed()`.execute(db)
  await sql`
    create trigger pumphandle_machine_new after insert on machine
      for each row execute function pumphandle_machine_changed()`.execute(db)
  await sql`
    create trigger pumphandle_machine_changed
      after update of name, practice_id, region_id, agent_version, unmanaged, revoked_at, established_at, retired_at
      on machine for each row when (
        (old.name, old.practice_id, old.region_id, old.agent_version, old.unmanaged, old.revoked_at, old.established_at,
          old.retired_at)
        is distinct from
        (new.name, new.practice_id, new.region_id, new.agent_version, new.unmanaged, new.revoked_at, new.established_at,
          new.retired_at))
      execute function pumphandle_machine_changed()`.execute(db)
}
