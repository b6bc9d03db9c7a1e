import { CrashEvent, type EventOf, MAX_CRASH_SOURCES } from '@pumphandle/shared/wire'
import { sql } from 'kysely'
import type { Arrived } from '../../model/arrived.ts'
import { stopNumber } from '../../model/stop-code.ts'
import { type Db, isPostgres } from '../db.ts'
import { givenRows } from '../given-rows.ts'
import { readJson } from '../read-json.ts'
import type { NewRow } from '../tables.ts'
import { executeMany } from '../writer/many.ts'

const ROWS = 500
/** What the journal has of a crash. */
interface Kept {
  readonly seq: number
  readonly payload: string
  readonly received_at: number
}
type Crashed = Arrived & { readonly event: EventOf<'crash'> }

function isCrash(a: Arrived): a is Crashed {
  return a.event.type === 'crash'
}

/** Writes crashes, and each machine's latest bugcheck. A crash that is known is brought up to date. */
export async function projectCrashes(db: Db, events: readonly Arrived[]): Promise<void> {
  const crashes = events.filter(isCrash)
  for (let from = 0; from < crashes.length; from += ROWS)
    await db
      .insertInto('crash')
      .values(crashes.slice(from, from + ROWS).map(toRow))
      .onConflict((c) =>
        c.columns(['machine_id', 'event_id']).doUpdateSet((eb) => ({
          at: eb.ref('excluded.at'),
          stop_code: eb.ref('excluded.stop_code'),
          culprit: eb.ref('excluded.culprit'),
          process: eb.ref('excluded.process'),
          module: eb.ref('excluded.module'),
          count: eb.ref('excluded.count'),
        })),
      )
      .execute()
  await setLatest(db, [...latestBugchecks(crashes)])
}

async function setLatest(db: Db, latest: readonly Crashed[]): Promise<void> {
  if (latest.length === 0) return
  const rows = latest.map(({ machineId, at, event: { stopCode, culprit } }) => ({
    machine: machineId,
    at,
    stop: stopNumber(stopCode),
    culprit: culprit?.driver ?? null,
  }))
  await sql`
    update machine set last_crash_at = t.at, last_crash_stop = t.stop, last_crash_culprit = t.culprit
    from ${givenRows(db, { machine: 'bigint', at: 'bigint', stop: 'bigint', culprit: 'text' }, rows)}
    where id = t.machine and (last_crash_at is null or last_crash_at <= t.at)`.execute(db)
}

/**
 * Crashes that came before and come again: the same id from one more source. What is known of each is joined.
 * @returns those of which more is known now, with everything that is known
 */
export async function growCrashes(db: Db, repeated: readonly Arrived[]): Promise<Arrived[]> {
  const crashes = repeated.filter(isCrash)
  if (crashes.length === 0) return []
  const found = await storedCrashes(db, crashes)
  const grown = new Map<number, { readonly row: Kept; readonly grown: Crashed }>()
  for (const [n, again] of crashes.entries()) {
    const row = found[n]
    if (!row) continue
    // a row that is damaged is replaced by what the agent tells now
    const known = grown.get(row.seq)?.grown.event
    const before = known ?? readJson(CrashEvent, row.payload, { table: 'event', id: row.seq })
    // no more than a crash may have, or what is stored would be none
    const all = new Set([...(before?.sources ?? []), ...(again.event.sources ?? [])])
    const sources = [...all].slice(0, MAX_CRASH_SOURCES)
    if (before && sources.length === (before.sources?.length ?? 0)) continue
    const event: CrashEvent = { ...before, ...again.event, sources }
    // nothing happens after it was received
    const at = Math.min(again.at, row.received_at)
    grown.set(row.seq, { row, grown: { ...again, at, event } })
  }
  const joined = [...grown.values()]
  await executeMany(
    db,
    joined.map(({ row, grown: { event, at } }) =>
      db
        .updateTable('event')
        .set({ payload: JSON.stringify(event), at, agent_at: event.at })
        .where('seq', '=', row.seq)
        .$if(isPostgres(db), (q) => q.where('received_at', '=', row.received_at))
        .compile(),
    ),
  )
  return joined.map((one) => one.grown)
}

/** As the journal has them, each at its place; on SQLite by one message to the database's thread. */
async function storedCrashes(db: Db, crashes: readonly Crashed[]): Promise<(Kept | undefined)[]> {
  if (isPostgres(db)) {
    const found: (Kept | undefined)[] = []
    for (const crash of crashes) found.push(await storedCrash(db, crash))
    return found
  }
  const asked = crashes.map((crash) => storedOf(db, crash).compile())
  return (await executeMany<Kept>(db, asked)).map(({ rows }) => rows[0])
}

function storedOf(db: Db, { machineId, event }: Crashed) {
  return db
    .selectFrom('event')
    .select(['seq', 'payload', 'received_at'])
    .where('machine_id', '=', machineId)
    .where('event_id', '=', event.id)
    .where('type', '=', 'crash')
}

/** On PostgreSQL by the time that its row of `crash` has: events have no index of their ids there. */
async function storedCrash(db: Db, again: Crashed): Promise<Kept | undefined> {
  const crash = await db
    .selectFrom('crash')
    .select('at')
    .where('machine_id', '=', again.machineId)
    .where('event_id', '=', again.event.id)
    .executeTakeFirst()
  return crash && storedOf(db, again).where('at', '=', crash.at).where('received_at', '>=', crash.at).executeTakeFirst()
}

function toRow({ machineId, event, at }: Crashed): NewRow<'crash'> {
  return {
    machine_id: machineId,
    event_id: event.id,
    at,
    kind: event.kind,
    stop_code: stopNumber(event.stopCode),
    culprit: event.culprit?.driver ?? null,
    process: event.process ?? null,
    module: event.module ?? null,
    count: Math.min(event.count ?? 1, MAX_COUNT),
  }
}

/** What a column of 32 bits holds. */
const MAX_COUNT = 0x7fff_ffff

function latestBugchecks(crashes: readonly Crashed[]): Iterable<Crashed> {
  const latest = new Map<number, Crashed>()
  for (const crash of crashes)
    if (crash.event.kind === 'bugcheck' && crash.at >= (latest.get(crash.machineId)?.at ?? 0))
      latest.set(crash.machineId, crash)
  return latest.values()
}
