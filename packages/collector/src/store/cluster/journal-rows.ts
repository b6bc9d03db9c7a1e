import { DAY, isoDay } from '@pumphandle/shared/time'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { sql } from 'kysely'
import * as z from 'zod/mini'
import type { Arrived } from '../../model/arrived.ts'
import type { Told } from '../../model/told.ts'
import { insertOfNew } from '../append.ts'
import { LOCK_WITHIN } from '../days.ts'
import type { Db, Reader, Tx } from '../db.ts'
import { readJson } from '../read-json.ts'
import { databaseClock } from './edges.ts'

/** What the database's bell is called: an edge rings it in the transaction that appends to the journal. */
export const JOURNAL_BELL = 'pumphandle_journal'

/** One transaction of an edge, as whoever follows reads it. `at` is the database's clock, ms epoch. */
export interface JournalRow {
  readonly edge: number
  readonly n: number
  readonly at: number
  readonly told: readonly Told[]
}

/** Up to which number each edge's rows were read. */
export type Positions = ReadonlyMap<number, number>

/** Rows of one edge in one read: an edge commits some 20 a second, of 5,000 events and 2 MB each at most. */
export const ROWS_PER_EDGE = 40

// an edge wrote it from frames that passed their schemas: what is looked at is that the row is whole
const Body = z.array(z.custom<Told>((one) => typeof one === 'object' && one !== null && 't' in one && 'm' in one))

/** A row that an edge writes. */
interface NewJournalRow {
  readonly edge: number
  readonly n: number
  readonly told: readonly Told[]
}

/** Appends what an edge's transaction told, and rings the bell when it commits. */
export async function appendToJournal(tx: Tx, { edge, n, told }: NewJournalRow): Promise<void> {
  await sql`
    with row as (
      insert into journal (edge, n, at, body) values (${edge}, ${n}, ${databaseClock}, ${bodyOf(told)}) returning edge)
    select pg_notify(${JOURNAL_BELL}, '') from row`.execute(tx)
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const UNIQUE_VIOLATION = '23505'

/**
 * Appends events and what an edge tells of them by one statement, which is a transaction of its own: one way to the server
 * and back, where a transaction of several has four. Twins among them are known to each other.
 * @returns the highest sequence number given; undefined where some of the events are known, and nothing was done
 */
export async function appendWithEvents(
  db: Db,
  arrived: readonly Arrived[],
  { edge, n, told }: NewJournalRow,
): Promise<number | undefined> {
  try {
    const { rows } = await sql<{ seq: number }>`
      with ${insertOfNew(arrived)},
        row as (
          insert into journal (edge, n, at, body)
          values (${edge}, ${n}, ${databaseClock}, ${bodyOf(told)})
          returning edge)
      select (select max(seq) from events) as seq, pg_notify(${JOURNAL_BELL}, '') from row`.execute(db)
    return rows[0]?.seq ?? 0
  } catch (error) {
    if (isKnown(error)) return undefined
    throw error
  }
}

/** Of a partition's own name: one row of those was known. The journal's key is another matter. */
function isKnown(error: unknown): boolean {
  const { code, table } = error as { code?: unknown; table?: unknown }
  return code === UNIQUE_VIOLATION && typeof table === 'string' && table.startsWith('event_known')
}

/** As JSON; events are JSON already. */
export function bodyOf(told: readonly Told[]): string {
  return `[${told.map((one) => (one.t === 'stored' ? storedOf(one) : JSON.stringify(one))).join(',')}]`
}

function storedOf({ t, m, news, components }: Extract<Told, { t: 'stored' }>): string {
  const arrived = news.map(
    ({ machineId, event, text, at, receivedAt, skew }) =>
      `{"machineId":${machineId},"at":${at},"receivedAt":${receivedAt},"skew":${skew},"event":${toldOf(event, text)}}`,
  )
  return `{"t":"${t}","m":${m},"news":[${arrived.join(',')}],"components":${JSON.stringify(components)}}`
}

/**
 * An event as JSON, without the lists of components and drivers: whoever follows is told of changes of components beside it, and asks
 * the database for the rest. They are most of what machines send.
 */
function toldOf(event: AgentEvent, text: string | undefined): string {
  if (event.type === 'inventory') return JSON.stringify({ ...event, components: [] })
  if (event.type === 'crash' && event.drivers !== undefined) return JSON.stringify({ ...event, drivers: undefined })
  return text ?? JSON.stringify(event)
}

/** The last number that an edge's row has; 0 where it has none. */
export async function lastOfEdge(db: Reader, edge: number): Promise<number> {
  const row = await db
    .selectFrom('journal')
    .select((e) => e.fn.max('n').as('n'))
    .where('edge', '=', edge)
    .executeTakeFirst()
  return Number(row?.n ?? 0)
}

/**
 * The next rows of each edge, a bounded number, each edge's in its order, and the edges among each other by when they were
 * written.
 */
export async function readJournal(db: Reader, positions: Positions): Promise<JournalRow[]> {
  const edges = [...positions.keys()]
  if (edges.length === 0) return []
  const { rows } = await sql<{ edge: number; n: number; at: number; body: string }>`
    select j.edge, j.n, j.at, j.body
    from unnest(${edges}::bigint[], ${[...positions.values()]}::bigint[]) as p (edge, n)
    cross join lateral (
      select * from journal where edge = p.edge and n > p.n order by n limit ${sql.lit(ROWS_PER_EDGE)}) j
    order by j.edge, j.n`.execute(db as Db)
  // a server that was made the primary may have a clock that is a little behind: an edge's own order comes first
  const latest = new Map<number, number>()
  const ordered = rows.map((row) => {
    const at = Math.max(row.at, latest.get(row.edge) ?? 0)
    latest.set(row.edge, at)
    return { row, at }
  })
  return ordered
    .sort((a, b) => a.at - b.at || a.row.edge - b.row.edge || a.row.n - b.row.n)
    .map(({ row: { edge, n, body }, at }) => ({
      edge,
      n,
      at,
      told: readJson(Body, body, { table: 'journal', id: `${edge}/${n}` }) ?? [],
    }))
}

/** Days ahead that have their partition: nobody notices a day on which none was made. */
const DAYS_AHEAD = 2

/** Makes the journal's partitions of today and the next days, where they are not there. */
export async function makePartitions(db: Db, now: number): Promise<void> {
  for (let ahead = -1; ahead <= DAYS_AHEAD; ahead++) {
    const from = Math.floor(now / DAY) * DAY + ahead * DAY
    await sql`create table if not exists ${sql.table(partition(from))} partition of journal
      for values from (${sql.lit(from)}) to (${sql.lit(from + DAY)})`.execute(db)
  }
}

/** Drops the days of the journal that ended before a time. @returns how many */
export async function dropPartitions(db: Db, before: number): Promise<number> {
  const { rows } = await sql<{ name: string }>`
    select relid::regclass::text as name from pg_partition_tree('journal') where level = 1`.execute(db)
  const old = rows.filter(({ name }) => (dayOf(name) ?? before) + DAY <= before)
  for (const { name } of old)
    await db.transaction().execute(async (tx) => {
      await sql`set local lock_timeout = ${sql.lit(LOCK_WITHIN)}`.execute(tx)
      await sql`drop table ${sql.table(name)}`.execute(tx)
    })
  return old.length
}

function partition(from: number): string {
  return `journal_${isoDay(from).replaceAll('-', '')}`
}

function dayOf(name: string): number | undefined {
  const { y, m, d } = /journal_(?<y>\d{4})(?<m>\d\d)(?<d>\d\d)$/.exec(name)?.groups ?? {}
  return y === undefined ? undefined : Date.UTC(Number(y), Number(m) - 1, Number(d))
}
