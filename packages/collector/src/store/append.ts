import { CompiledQuery, type QueryResult, type RawBuilder, sql } from 'kysely'
import type { Arrived } from '../model/arrived.ts'
import { bigints, integers, texts } from './binary-arrays.ts'
import { dayNumber, knownOn } from './days.ts'
import type { DatabaseKind } from './migrations/columns.ts'
import type { Db, Reader, Store } from './store.ts'
import type { NewRow } from './tables.ts'
import { executeMany } from './writer/many.ts'

export interface Appended {
  /** Events that were not there, in their order. */
  readonly fresh: readonly Arrived[]
  readonly repeated: readonly Arrived[]
  /** The highest sequence number given; 0 when nothing was new. */
  readonly seq: number
}

/**
 * Rows of one statement, largest first: with few sizes every statement is built and prepared once. 256 rows bind 1,792
 * values, of the 32,766 that SQLite takes; larger ones gain nothing.
 */
const STATEMENT_ROWS = [256, 32, 4, 1] as const

const COLUMNS = ['machine_id', 'event_id', 'type', 'at', 'agent_at', 'received_at', 'payload'] as const

/** What the highest sequence number is asked by. */
interface Seq {
  readonly seq: number | null
}

/** Appends events to the journal: the path that every event takes, so that it is built by hand where it is hot. */
export class EventAppender {
  readonly #sql = new Map<number, string>()
  readonly #kind: DatabaseKind
  #lastSeq: CompiledQuery | undefined

  constructor(kind: DatabaseKind) {
    this.#kind = kind
  }

  /**
   * Appends events that are not there yet, known by machine and event id. Call inside a transaction.
   * @param since the last number that was passed on, of a server's only writer whose write before this one may have taken effect,
   * its answer being lost: what has a higher number is news
   */
  async append(db: Db, arrived: readonly Arrived[], since?: number): Promise<Appended> {
    if (arrived.length === 0) return { fresh: [], repeated: [], seq: 0 }
    if (this.#kind === 'postgres') {
      const appended = await appendAtOnce(db, arrived)
      return since === undefined || appended.repeated.length === 0 ? appended : newsSince(db, arrived, since)
    }
    return this.#appended(db, arrived, await executeMany<Seq>(db, this.#statements(db, arrived)))
  }

  /** The same as a transaction of its own, on SQLite: for events of which nothing else is stored. */
  async appendAlone(store: Pick<Store, 'db' | 'atOnce'>, arrived: readonly Arrived[]): Promise<Appended> {
    const { db } = store
    return this.#appended(db, arrived, await store.atOnce<Seq>(this.#statements(db, arrived)))
  }

  #statements(db: Db, arrived: readonly Arrived[]): CompiledQuery[] {
    const inserts: CompiledQuery[] = []
    for (let from = 0; from < arrived.length; ) {
      const rows = STATEMENT_ROWS.find((n) => n <= arrived.length - from) ?? 1
      inserts.push(CompiledQuery.raw(this.#insert(db, rows), parameters(arrived, from, from + rows)))
      from += rows
    }
    const lastSeq = (this.#lastSeq ??= CompiledQuery.raw(lastSeqOf(db)))
    return [lastSeq, ...inserts, lastSeq]
  }

  async #appended(db: Db, arrived: readonly Arrived[], results: readonly QueryResult<Seq>[]): Promise<Appended> {
    const before = Number(results[0]?.rows[0]?.seq ?? 0)
    const inserted = results.reduce((sum, { numAffectedRows }) => sum + Number(numAffectedRows ?? 0), 0)
    const seq = inserted === 0 ? 0 : Number(results.at(-1)?.rows[0]?.seq ?? 0)
    if (inserted === arrived.length) return { fresh: arrived, repeated: [], seq }
    return { ...(await sort(db, before, arrived)), seq }
  }

  #insert(db: Db, rows: number): string {
    const known = this.#sql.get(rows)
    if (known !== undefined) return known
    const row = Object.fromEntries(COLUMNS.map((c) => [c, ''])) as unknown as NewRow<'event'>
    const { sql } = db
      .insertInto('event')
      .values(Array.from({ length: rows }, () => row))
      .onConflict((c) => c.columns(['machine_id', 'event_id']).doNothing())
      .compile()
    this.#sql.set(rows, sql)
    return sql
  }
}

/**
 * All in one statement, an array for each column: the same statement however many there are. Another edge may append at
 * the same time, so that what was new is what the statement says it inserted.
 */
async function appendAtOnce(db: Db, arrived: readonly Arrived[]): Promise<Appended> {
  const { rows } = await sql<{ seq: number; machine_id: number; event_id: string }>`
    with ${insertOf(isEachOnce(arrived) ? arrived : firsts(arrived))}
    select seq, machine_id, event_id from events`.execute(db)
  const seq = rows.reduce((last, row) => Math.max(last, row.seq), 0)
  if (rows.length === arrived.length) return { fresh: arrived, repeated: [], seq }
  return { ...apart(arrived, rows), seq }
}

/**
 * On PostgreSQL: the parts of a `with` that store those that are not known, `events`. What is known has a table of its own,
 * see ./days.ts.
 * @param arrived no event twice
 */
function insertOf(arrived: readonly Arrived[]): RawBuilder<unknown> {
  const { machines, ids, types, ats, agentAts, receivedAts, payloads, knownOns, storedOns } = columnsOf(arrived)
  return sql`
    arrived as (
      select * from unnest(
        ${machines}::bigint[], ${ids}::text[], ${types}::text[], ${ats}::bigint[], ${agentAts}::bigint[],
        ${receivedAts}::bigint[], ${payloads}::text[], ${knownOns}::integer[], ${storedOns}::integer[])
      with ordinality as a
        (machine_id, event_id, type, at, agent_at, received_at, payload, known_on, stored_on, place)),
    news as (
      insert into event_known (machine_id, event_id, day, stored_on)
      select machine_id, event_id, known_on, stored_on from arrived
      on conflict do nothing returning machine_id, event_id),
    events as (
      insert into event (machine_id, event_id, type, at, agent_at, received_at, payload)
      select machine_id, event_id, type, at, agent_at, received_at, payload from arrived join news using (machine_id, event_id)
      order by place
      returning seq, machine_id, event_id)`
}

/**
 * The same where nobody is asked which are known: the statement fails with `unique_violation` of `event_known` where one is, or
 * comes twice. To look each up, and to join what was new, takes a third of the server's time.
 */
export function insertOfNew(arrived: readonly Arrived[]): RawBuilder<unknown> {
  const { machines, ids, types, ats, agentAts, receivedAts, payloads, knownOns, storedOns } = columnsOf(arrived)
  return sql`
    news as (
      insert into event_known (machine_id, event_id, day, stored_on)
      select * from unnest(${machines}::bigint[], ${ids}::text[], ${knownOns}::integer[], ${storedOns}::integer[])),
    events as (
      insert into event (machine_id, event_id, type, at, agent_at, received_at, payload)
      select * from unnest(
        ${machines}::bigint[], ${ids}::text[], ${types}::text[], ${ats}::bigint[], ${agentAts}::bigint[],
        ${receivedAts}::bigint[], ${payloads}::text[])
      returning seq)`
}

/** An array for each column. */
function columnsOf(arrived: readonly Arrived[]) {
  return {
    machines: bigints(arrived.map((a) => a.machineId)),
    ids: texts(arrived.map((a) => a.event.id)),
    types: texts(arrived.map((a) => a.event.type)),
    ats: bigints(arrived.map((a) => a.at)),
    agentAts: bigints(arrived.map((a) => a.event.at)),
    receivedAts: bigints(arrived.map((a) => a.receivedAt)),
    payloads: texts(arrived.map((a) => a.text ?? JSON.stringify(a.event))),
    knownOns: integers(arrived.map((a) => knownOn(a.event.type, a.event.at))),
    storedOns: integers(arrived.map((a) => dayNumber(a.receivedAt))),
  }
}

/** Whether no event is in a group twice. */
function isEachOnce(arrived: readonly Arrived[]): boolean {
  return new Set(arrived.map(keyOf)).size === arrived.length
}

function firsts(arrived: readonly Arrived[]): readonly Arrived[] {
  return [...new Map(arrived.toReversed().map((a) => [keyOf(a), a])).values()].reverse()
}

function keyOf({ machineId, event }: Arrived): string {
  return `${machineId} ${event.id}`
}

/** Values in the order of COLUMNS. */
function parameters(arrived: readonly Arrived[], from: number, to: number): unknown[] {
  const values: unknown[] = []
  for (let i = from; i < to; i++) {
    const { machineId, event, at, receivedAt, text } = arrived[i] as Arrived
    values.push(machineId, event.id, event.type, at, event.at, receivedAt, text ?? JSON.stringify(event))
  }
  return values
}

function lastSeqOf(db: Reader): string {
  return db
    .selectFrom('event')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .compile().sql
}

/** Tells those that were new from those that were not: the new ones have a number after `before`. */
async function sort(
  db: Reader,
  before: number,
  arrived: readonly Arrived[],
): Promise<{ fresh: Arrived[]; repeated: Arrived[] }> {
  return apart(
    arrived,
    await db.selectFrom('event').select(['machine_id', 'event_id']).where('seq', '>', before).execute(),
  )
}

async function newsSince(db: Db, arrived: readonly Arrived[], since: number): Promise<Appended> {
  const last = await db
    .selectFrom('event')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .where('seq', '>', since)
    .executeTakeFirst()
  return { ...(await sort(db, since, arrived)), seq: Number(last?.seq ?? 0) }
}

/** A key counts once: the same event may be in this group twice. */
function apart(
  arrived: readonly Arrived[],
  inserted: readonly { readonly machine_id: number; readonly event_id: string }[],
): { fresh: Arrived[]; repeated: Arrived[] } {
  const keys = new Set(inserted.map((row) => `${row.machine_id} ${row.event_id}`))
  const fresh: Arrived[] = []
  const repeated: Arrived[] = []
  for (const a of arrived) (keys.delete(keyOf(a)) ? fresh : repeated).push(a)
  return { fresh, repeated }
}
