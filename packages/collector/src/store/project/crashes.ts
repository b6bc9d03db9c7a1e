import { CrashEvent, type EventOf } from '@pumphandle/shared/wire'
import { sql } from 'kysely'
import type { Arrived } from '../../model/arrived.ts'
import { stopNumber } from '../../model/stop-code.ts'
import { type Db, isPostgres } from '../db.ts'
import { readJson } from '../read-json.ts'
import type { NewRow } from '../tables.ts'

const ROWS = 500
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
  const latest = [...latestBugchecks(crashes)]
  if (isPostgres(db)) return setLatest(db, latest)
  for (const { machineId, event, at } of latest)
    await db
      .updateTable('machine')
      .set({
        last_crash_at: at,
        last_crash_stop: stopNumber(event.stopCode),
        last_crash_culprit: event.culprit?.driver ?? null,
      })
      .where('id', '=', machineId)
      .where((eb) => eb.or([eb('last_crash_at', 'is', null), eb('last_crash_at', '<=', at)]))
      .execute()
}

async function setLatest(db: Db, latest: readonly Crashed[]): Promise<void> {
  if (latest.length === 0) return
  await sql`
    update machine set last_crash_at = t.at, last_crash_stop = t.stop, last_crash_culprit = t.culprit
    from unnest(
      ${latest.map(({ machineId }) => machineId)}::bigint[], ${latest.map(({ at }) => at)}::bigint[],
      ${latest.map(({ event }) => stopNumber(event.stopCode))}::bigint[],
      ${latest.map(({ event }) => event.culprit?.driver ?? null)}::text[]) as t (machine, at, stop, culprit)
    where id = t.machine and (last_crash_at is null or last_crash_at <= t.at)`.execute(db)
}

/**
 * Crashes that came before and come again: the same id from one more source. What is known of each is joined.
 * @returns those of which more is known now, with everything that is known
 */
export async function growCrashes(db: Db, repeated: readonly Arrived[]): Promise<Arrived[]> {
  const grown: Arrived[] = []
  for (const again of repeated.filter(isCrash)) {
    const row = await storedCrash(db, again)
    if (!row) continue
    // a row that is damaged is replaced by what the agent tells now
    const before = readJson(CrashEvent, row.payload, { table: 'event', id: row.seq })
    const sources = [...new Set([...(before?.sources ?? []), ...(again.event.sources ?? [])])]
    if (before && sources.length === (before.sources?.length ?? 0)) continue
    const event: CrashEvent = { ...before, ...again.event, sources }
    // nothing happens after it was received
    const at = Math.min(again.at, row.received_at)
    await db
      .updateTable('event')
      .set({ payload: JSON.stringify(event), at, agent_at: event.at })
      .where('seq', '=', row.seq)
      .$if(isPostgres(db), (q) => q.where('received_at', '=', row.received_at))
      .execute()
    grown.push({ ...again, at, event })
  }
  return grown
}

/** On PostgreSQL by the time that its row of `crash` has: events have no index of their ids there. */
async function storedCrash(db: Db, { machineId, event }: Crashed) {
  const stored = db
    .selectFrom('event')
    .select(['seq', 'payload', 'received_at'])
    .where('machine_id', '=', machineId)
    .where('event_id', '=', event.id)
    .where('type', '=', 'crash')
  if (!isPostgres(db)) return stored.executeTakeFirst()
  const crash = await db
    .selectFrom('crash')
    .select('at')
    .where('machine_id', '=', machineId)
    .where('event_id', '=', event.id)
    .executeTakeFirst()
  return crash && stored.where('at', '=', crash.at).where('received_at', '>=', crash.at).executeTakeFirst()
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
