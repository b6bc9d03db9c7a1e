import { sql } from 'kysely'
import { newestEvent } from './event-ends.ts'
import type { MachineState } from './schema.ts'
import type { Reader } from './store.ts'

// What was recorded of a time, to be gone through again. Nothing here writes.

/** Rows of one read. */
const PAGE = 5_000

export interface RecordedMachine {
  readonly id: number
  readonly practice: number
  readonly region: number
  readonly model: string | null
  readonly firstSeen: number
  /** Ms epoch from which on it counts for itself; null: not yet. */
  readonly establishedAt: number | null
}

export async function recordedMachines(db: Reader): Promise<RecordedMachine[]> {
  const rows = await db
    .selectFrom('machine')
    .select(['id', 'practice_id', 'region_id', 'model', 'first_seen', 'established_at'])
    .orderBy('id')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    practice: row.practice_id ?? 0,
    region: row.region_id ?? 0,
    model: row.model,
    firstSeen: row.first_seen,
    establishedAt: row.established_at,
  }))
}

/** From when on there are changes of state: before, nobody knows who was on. Undefined where there are none. */
export async function recordedSince(db: Reader): Promise<number | undefined> {
  const row = await db.selectFrom('machine_transition').select('at').orderBy('id').limit(1).executeTakeFirst()
  return row?.at
}

export interface RecordedStretch {
  readonly machine: number
  readonly component: number
  readonly since: number
  readonly until: number | null
}

/** What machines had at a time. */
export async function* stretchesAt(db: Reader, at: number): AsyncGenerator<RecordedStretch[]> {
  for (let after = 0; ; ) {
    const machines = await db
      .selectFrom('machine')
      .select('id')
      .where('id', '>', after)
      .orderBy('id')
      .limit(500)
      .execute()
    const last = machines.at(-1)
    if (!last) return
    const rows = await db
      .selectFrom('exposure')
      .select(['machine_id as machine', 'component_id as component', 'since', 'until'])
      .where(
        'machine_id',
        'in',
        machines.map(({ id }) => id),
      )
      .where('since', '<=', at)
      .where((e) => e.or([e('until', 'is', null), e('until', '>', at)]))
      .execute()
    yield rows
    after = last.id
  }
}

/** What came to machines or left them, after `from` and not after `until`. */
export async function stretchesBetween(db: Reader, from: number, until: number): Promise<RecordedStretch[]> {
  return db
    .selectFrom('exposure')
    .select(['machine_id as machine', 'component_id as component', 'since', 'until'])
    .where((e) =>
      e.or([
        e.and([e('since', '>', from), e('since', '<=', until)]),
        e.and([e('until', '>', from), e('until', '<=', until)]),
      ]),
    )
    .execute()
}

export interface RecordedTransition {
  readonly id: number
  readonly machine: number
  readonly at: number
  readonly from: MachineState
  readonly to: MachineState
  readonly reason: string
}

/** Changes of state after a number, up to a time; numbers rise with time. */
export async function* transitionsAfter(db: Reader, id: number, until: number): AsyncGenerator<RecordedTransition[]> {
  for (let after = id; ; ) {
    const rows = await db
      .selectFrom('machine_transition')
      .select(['id', 'machine_id as machine', 'at', 'from_state as from', 'to_state as to', 'reason'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(PAGE)
      .execute()
    const inTime = rows.filter(({ at }) => at <= until)
    yield inTime
    const last = rows.at(-1)
    if (!last || rows.length < PAGE || last.at > until) return
    after = last.id
  }
}

/** The last state of each machine at a time, from its changes; machines without any are left out. */
export async function statesAt(db: Reader, at: number): Promise<Map<number, MachineState>> {
  const newest = db
    .selectFrom('machine_transition')
    .select((e) => ['machine_id', e.fn.max('id').as('id')])
    .where('at', '<=', at)
    .groupBy('machine_id')
    .as('newest')
  const rows = await db
    .selectFrom('machine_transition')
    .innerJoin(newest, 'newest.id', 'machine_transition.id')
    .select(['machine_transition.machine_id as machine', 'to_state as state'])
    .execute()
  return new Map(rows.map(({ machine, state }) => [machine, state]))
}

/** Number of the newest change of state at a time; 0 for none. */
export async function lastTransitionAt(db: Reader, at: number): Promise<number> {
  const row = await db
    .selectFrom('machine_transition')
    .select((e) => e.fn.max('id').as('id'))
    .where('at', '<=', at)
    .executeTakeFirst()
  return Number(row?.id ?? 0)
}

/** Number of the newest event received by a time; 0 for none. Numbers rise with the time of receipt. */
export async function lastEventAt(db: Reader, at: number): Promise<number> {
  let [low, high] = [0, (await newestEvent(db))?.seq ?? 0]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    const row = await db
      .selectFrom('event')
      .select(['seq', 'received_at'])
      .where('seq', '>=', middle)
      .orderBy('seq')
      .limit(1)
      .executeTakeFirst()
    if (row && row.received_at <= at) low = row.seq
    else high = middle - 1
  }
  return low
}

/** Incidents that blamed a version and were opened in a time, as they were recorded. */
export async function recordedIncidents(
  db: Reader,
  from: number,
  until: number,
): Promise<{ id: number; openedAt: number; cause: string | null; title: string; kind: string }[]> {
  const rows = await db
    .selectFrom('incident')
    .leftJoin('component', 'component.id', 'incident.cause_component_id')
    .select([
      'incident.id as id',
      'opened_at as openedAt',
      'title',
      'incident.kind as kind',
      sql<string | null>`component.kind || ':' || component.name || '@' || component.version`.as('cause'),
    ])
    .where('opened_at', '>=', from)
    .where('opened_at', '<', until)
    .where('incident.kind', 'in', ['component', 'model'])
    .orderBy('opened_at')
    .execute()
  return rows
}
