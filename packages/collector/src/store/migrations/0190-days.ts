import { DAY } from '@pumphandle/shared/time'
import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from './columns.ts'

/**
 * Days whose rows get a partition of their own when they are moved; what is older lies together, and is deleted row by row.
 * All partitions are made in one transaction, which has a lock for each, and each index of it: a server takes some 6,400.
 */
const MOST_DAYS = 60

/**
 * Events and changes of state lie in partitions of a day, which retention drops. What an event is known by, its machine and
 * id, is a narrow table of its own, by the day that the agent says: a unique key of the events would have to have the day
 * of receipt in it, which differs when an event comes again. On PostgreSQL alone; decision 0190 has the figures.
 */
export async function up(db: Kysely<unknown>, kind: DatabaseKind): Promise<void> {
  if (kind === 'sqlite') return
  await sql`lock table event, machine_transition in access exclusive mode`.execute(db)
  await sql`create sequence event_number`.execute(db)
  await sql`
    create table event_days (
      seq bigint not null default nextval('event_number'), machine_id bigint not null, event_id text not null,
      type text not null, at bigint not null, agent_at bigint not null, received_at bigint not null, payload text not null
    ) partition by range (received_at)`.execute(db)
  await sql`create sequence machine_transition_number`.execute(db)
  await sql`
    create table machine_transition_days (
      id bigint not null default nextval('machine_transition_number'), machine_id bigint not null, at bigint not null,
      from_state text not null, to_state text not null, reason text not null
    ) partition by range (at)`.execute(db)
  // a crash is told again with another time: its day is 0
  await sql`
    create table event_known (
      machine_id bigint not null, event_id text not null, day integer not null, stored_on integer not null,
      primary key (machine_id, event_id, day)
    ) partition by range (day)`.execute(db)

  const days = await daysOfRows(db)
  for (const table of ['event', 'machine_transition', 'event_known']) {
    const parent = table === 'event_known' ? table : `${table}_days`
    await sql`create table ${sql.table(`${table}_default`)} partition of ${sql.table(parent)} default`.execute(db)
    const unit = table === 'event_known' ? 1 : DAY
    for (const day of days)
      await sql`create table ${sql.table(`${table}_${nameOf(day)}`)} partition of ${sql.table(parent)}
        for values from (${sql.lit(day * unit)}) to (${sql.lit((day + 1) * unit)})`.execute(db)
  }

  await sql`
    insert into event_days
    select seq, machine_id, event_id, type, at, agent_at, received_at, payload from event`.execute(db)
  await sql`
    insert into event_known
    select machine_id, event_id,
      case when type = 'crash' then 0 else greatest(0, least(100000, div(agent_at, ${sql.lit(DAY)})))::integer end,
      greatest(0, least(100000, div(received_at, ${sql.lit(DAY)})))::integer
    from event`.execute(db)
  await sql`
    insert into machine_transition_days
    select id, machine_id, at, from_state, to_state, reason from machine_transition`.execute(db)
  await replace(db, 'event', 'seq')
  await replace(db, 'machine_transition', 'id')

  for (const [table, columns] of [
    ['event', 'machine_id, at'],
    ['event', 'type, at'],
    ['event', 'seq'],
    ['machine_transition', 'machine_id, at'],
    ['machine_transition', 'to_state, at'],
    ['machine_transition', 'id'],
    ['event_known_default', 'stored_on'],
  ] as const)
    await sql`create index ${sql.id(`${table}_by_${columns.replaceAll(', ', '_')}`)} on ${sql.table(table)} (${sql.raw(columns)})`.execute(
      db,
    )
  await sql`create index event_known_by_stored_on on event_known using brin (stored_on)`.execute(db)
}

/** Days since 1970 that have rows, the newest of them, and those around today. */
async function daysOfRows(db: Kysely<unknown>): Promise<number[]> {
  const { rows } = await sql<{ day: string | number }>`
    with today as (select div((extract(epoch from now()) * 1000)::bigint, ${sql.lit(DAY)}) as day)
    select day from (
      select distinct div(received_at, ${sql.lit(DAY)}) as day from event
      union select distinct div(at, ${sql.lit(DAY)}) from machine_transition
      union select day + ahead from today, generate_series(-1, 2) as ahead) as days
    where day > 0 and day <= (select day + 2 from today)
    order by day desc limit ${sql.lit(MOST_DAYS)}`.execute(db)
  return rows.map(({ day }) => Number(day))
}

/** The new table takes the old one's place, its numbers go on. */
async function replace(db: Kysely<unknown>, table: 'event' | 'machine_transition', number: string): Promise<void> {
  const sequence = `${table}_number`
  await sql`
    select setval(${sequence}, last_value, is_called) from ${sql.table(`${table}_${number}_seq`)}`.execute(db)
  await sql`drop table ${sql.table(table)}`.execute(db)
  await sql`alter table ${sql.table(`${table}_days`)} rename to ${sql.table(table)}`.execute(db)
  await sql`alter sequence ${sql.table(sequence)} owned by ${sql.ref(`${table}.${number}`)}`.execute(db)
}

function nameOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10).replaceAll('-', '')
}
