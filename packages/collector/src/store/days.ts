import { DAY, isoDay } from '@pumphandle/shared/time'
import { sql } from 'kysely'
import { type Db, isPostgres, type Reader, type Tx } from './db.ts'
import type { Store } from './store.ts'

// On PostgreSQL what grows lies in partitions of a day. What has no day's partition, for a clock was wrong or nobody made
// one, lies in the one that is called `_default`: no row is ever refused for its day.

type Table = 'event' | 'machine_transition' | 'event_known'
/** What is known of events goes after them: an event that is told again meanwhile is new only when it is gone. */
const TABLES: readonly Table[] = ['event', 'machine_transition', 'event_known']
type Transacting = Pick<Store, 'reader' | 'transaction'>
/** Days ahead that have their partition: nobody notices a day on which none was made. */
const DAYS_AHEAD = 2
/** Rows that are moved into a day's partition that nobody made in time; where there are more, they stay where they are. */
const MOST_MOVED = 100_000
/** How long dropping a day waits for readers of the whole table at most; others wait for it meanwhile. */
export const LOCK_WITHIN = '1s'
/** Days of one read of a whole history: each takes four of the server's locks, of which it has 6,400 unless told otherwise. */
const DAYS_PER_READ = 60

/** An event's place in what is known of events: the day that its agent says; 0 for a crash, which is told again with other times. */
export function knownOn(type: string, agentAt: number): number {
  return type === 'crash' ? 0 : dayNumber(agentAt)
}

/** Days since 1970, whatever a clock says. */
export function dayNumber(at: number): number {
  return Math.min(Math.max(Math.floor(at / DAY), 0), 100_000)
}

/** Makes the partitions of yesterday, today and the next days, where they are not there. Others may do so at the same time. */
export async function makeDays({ reader, transaction }: Transacting, now: number): Promise<void> {
  const today = dayNumber(now)
  const wanted = Array.from({ length: DAYS_AHEAD + 2 }, (_, ahead) => today - 1 + ahead)
  for (const table of TABLES) {
    const there = await daysOf(reader, table)
    for (const day of wanted) if (!there.includes(day)) await transaction((tx) => makeDay(tx, table, day))
  }
}

async function makeDay(tx: Tx, table: Table, day: number): Promise<void> {
  // one at a time
  await sql`lock table ${sql.table(table)} in share update exclusive mode`.execute(tx)
  if ((await daysOf(tx, table)).includes(day)) return
  const [name, rest] = [nameOf(table, day), `${table}_default`]
  const { column, from, until } = rangeOf(table, day)
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (
      select 1 from ${sql.table(rest)} where ${sql.ref(column)} >= ${from} and ${sql.ref(column)} < ${until}
      limit ${sql.lit(MOST_MOVED + 1)}) as those`.execute(tx)
  if (Number(rows[0]?.n) > MOST_MOVED) return
  await sql`lock table ${sql.table(rest)} in access exclusive mode`.execute(tx)
  await sql`create table ${sql.table(name)} (like ${sql.table(table)} including defaults)`.execute(tx)
  await sql`
    with moved as (
      delete from ${sql.table(rest)} where ${sql.ref(column)} >= ${from} and ${sql.ref(column)} < ${until} returning *)
    insert into ${sql.table(name)} select * from moved`.execute(tx)
  // unlike `create table ... partition of` this keeps nobody from the table
  await sql`alter table ${sql.table(table)} attach partition ${sql.table(name)}
    for values from (${sql.lit(from)}) to (${sql.lit(until)})`.execute(tx)
}

/**
 * Drops the oldest days that ended before a time.
 * @param most of each table
 * @returns how many, of the table that lost most
 */
export async function dropDays({ reader, transaction }: Transacting, before: number, most: number): Promise<number> {
  const kept = dayNumber(before)
  let dropped = 0
  for (const table of TABLES) {
    let ofTable = 0
    const days = await daysOf(reader, table)
    for (const day of days.filter((one) => one < kept).slice(0, most)) {
      await transaction((tx) => dropDay(tx, table, day, kept))
      ofTable++
    }
    dropped = Math.max(dropped, ofTable)
  }
  return dropped
}

async function dropDay(tx: Tx, table: Table, day: number, kept: number): Promise<void> {
  const name = sql.table(nameOf(table, day))
  await sql`set local lock_timeout = ${sql.lit(LOCK_WITHIN)}`.execute(tx)
  if (table === 'event_known') {
    await sql`alter table event_known detach partition ${name}`.execute(tx)
    // told long after their day, and stored for less than that: they are known on
    await sql`insert into event_known select * from ${name} where stored_on >= ${kept}`.execute(tx)
  }
  await sql`drop table if exists ${name}`.execute(tx)
}

/** What is known of events that have no day's partition. @returns how many rows were deleted, `most` at most */
export async function forgetKnown(tx: Tx, before: number, most: number): Promise<number> {
  const { numAffectedRows } = await sql`
    delete from event_known_default where ctid in (
      select ctid from event_known_default where stored_on < ${dayNumber(before)} limit ${sql.lit(most)})`.execute(tx)
  return Number(numAffectedRows ?? 0)
}

/** Days of events that have a partition. */
export async function countDays(db: Reader): Promise<number> {
  return (await daysOf(db, 'event')).length
}

/** Tables that together hold all rows of one that is in days, newest first: one on SQLite, a partition each on PostgreSQL. */
export async function partsOf<T extends Table>(db: Reader, table: T): Promise<T[]> {
  if (!isPostgres(db)) return [table]
  const days = await daysOf(db, table)
  return [...days.toReversed().map((day) => nameOf(table, day)), `${table}_default`] as T[]
}

/** A span of days, ms epoch; open at an end that is undefined. */
export interface Days {
  readonly from: number | undefined
  readonly until: number | undefined
}

/** Spans that together are all time, newest first, each of a bounded number of partitions. */
export async function spansOf(db: Reader, table: Exclude<Table, 'event_known'>): Promise<Days[]> {
  const days = isPostgres(db) ? await daysOf(db, table) : []
  const spans: Days[] = []
  let until: number | undefined
  for (let end = days.length - DAYS_PER_READ; end > 0; end -= DAYS_PER_READ) {
    const from = (days[end] ?? 0) * DAY
    spans.push({ from, until })
    until = from
  }
  return [...spans, { from: undefined, until }]
}

async function daysOf(db: Reader, table: Table): Promise<number[]> {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = ${table}::regclass order by c.relname`.execute(db as Db)
  return rows.flatMap(({ name }) => {
    const { y, m, d } = /_(?<y>\d{4})(?<m>\d\d)(?<d>\d\d)$/.exec(name)?.groups ?? {}
    return y === undefined ? [] : [Date.UTC(Number(y), Number(m) - 1, Number(d)) / DAY]
  })
}

function rangeOf(table: Table, day: number): { column: string; from: number; until: number } {
  if (table === 'event_known') return { column: 'day', from: day, until: day + 1 }
  return { column: table === 'event' ? 'received_at' : 'at', from: day * DAY, until: (day + 1) * DAY }
}

function nameOf(table: Table, day: number): string {
  return `${table}_${isoDay(day * DAY).replaceAll('-', '')}`
}
