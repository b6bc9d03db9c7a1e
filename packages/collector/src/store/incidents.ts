import * as z from 'zod/mini'
import { type HistoryRow, type IncidentRecord, storedRecord } from '../model/incident-record.ts'
import type { Member } from '../model/member.ts'
import { Sample } from '../model/sample.ts'
import { readJson } from './read-json.ts'
import type { Reader, Tx } from './store.ts'
import type { Row } from './tables.ts'

/** Rows a statement: SQLite takes 32,766 values in one, a member has ten. */
const ROWS_PER_STATEMENT = 2_000

/** What an entry of the history holds beside its columns. */
const Written = z.object({ text: z.string() })

/** What one flush of incidents writes. */
export interface IncidentChanges {
  readonly records: readonly IncidentRecord[]
  readonly members: readonly { incident: number; member: Member }[]
  readonly gone: readonly { incident: number; machine: number }[]
  readonly history: readonly HistoryRow[]
  readonly samples: readonly { incident: number; sample: Sample }[]
}

/**
 * Writes changes of incidents; the same changes twice leave the same rows.
 * @param isAgain they were written before, and nobody knows whether that took effect: an answer that did not come says nothing
 */
export async function writeIncidents(tx: Tx, changes: IncidentChanges, isAgain = false): Promise<void> {
  for (const record of changes.records) {
    await writeRecord(tx, record)
    if (record.mergedInto !== null) await copyMarks(tx, record.id, record.mergedInto)
  }
  for (let i = 0; i < changes.members.length; i += ROWS_PER_STATEMENT)
    await tx
      .insertInto('incident_machine')
      .values(
        changes.members.slice(i, i + ROWS_PER_STATEMENT).map(({ incident, member }) => memberRow(incident, member)),
      )
      .onConflict((conflict) =>
        conflict.columns(['incident_id', 'machine_id']).doUpdateSet((eb) => ({
          cohort: eb.ref('excluded.cohort'),
          since: eb.ref('excluded.since'),
          reason: eb.ref('excluded.reason'),
          failures: eb.ref('excluded.failures'),
          failed_at: eb.ref('excluded.failed_at'),
          first_failed_at: eb.ref('excluded.first_failed_at'),
          verified: eb.ref('excluded.verified'),
          exposed: eb.ref('excluded.exposed'),
        })),
      )
      .execute()
  for (const { incident, machine } of changes.gone)
    await tx
      .deleteFrom('incident_machine')
      .where('incident_id', '=', incident)
      .where('machine_id', '=', machine)
      .execute()
  const said = changes.history.map(({ incident, at, actor, type, text }) => ({
    incident_id: incident,
    at,
    actor,
    type,
    payload: JSON.stringify({ text }),
  }))
  const history = isAgain ? await withoutSaid(tx, said) : said
  if (history.length > 0) await tx.insertInto('incident_history').values(history).execute()
  for (const { incident, sample } of changes.samples)
    await tx
      .insertInto('incident_sample')
      .values({ incident_id: incident, at: sample.at, payload: JSON.stringify(sample) })
      .onConflict((conflict) => conflict.columns(['incident_id', 'at']).doNothing())
      .execute()
}

type Said = Omit<Row<'incident_history'>, 'id'>

/** Those that are not there: nobody says the same of the same incident twice in a millisecond. */
async function withoutSaid(tx: Tx, said: readonly Said[]): Promise<Said[]> {
  if (said.length === 0) return []
  const times = said.map(({ at }) => at)
  const rows = await tx
    .selectFrom('incident_history')
    .select(['incident_id', 'at', 'actor', 'type', 'payload'])
    .where('at', '>=', Math.min(...times))
    .where('at', '<=', Math.max(...times))
    .execute()
  const keyOf = ({ incident_id, at, actor, type, payload }: Said) =>
    JSON.stringify([incident_id, at, actor, type, payload])
  const there = new Set(rows.map(keyOf))
  return said.filter((one) => !there.has(keyOf(one)))
}

async function writeRecord(tx: Tx, record: IncidentRecord): Promise<void> {
  const row = {
    id: record.id,
    kind: record.kind,
    status: record.status,
    title: record.title,
    cause_component_id: await componentId(tx, record.cause),
    partner_component_id: await componentId(tx, record.partner),
    opened_at: record.openedAt,
    resolved_at: record.resolvedAt,
    payload: JSON.stringify(record),
  }
  const { id: _id, ...change } = row
  await tx
    .insertInto('incident')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(change))
    .execute()
}

/** What people said of machines goes with them into the incident that theirs was merged into. */
async function copyMarks(tx: Tx, from: number, into: number): Promise<void> {
  const columns = ['machine_id', 'mark', 'note', 'marked_by', 'marked_at'] as const
  await tx
    .insertInto('recovery_mark')
    .columns(['incident_id', ...columns])
    .expression((e) =>
      e
        .selectFrom('recovery_mark')
        .select([e.cast<number>(e.val(into), 'bigint').as('incident_id'), ...columns])
        .where('incident_id', '=', from),
    )
    .onConflict((conflict) => conflict.columns(['incident_id', 'machine_id']).doNothing())
    .execute()
}

async function componentId(tx: Tx, ref: IncidentRecord['cause']): Promise<number | null> {
  if (!ref || ref.kind === 'product' || ref.kind === 'model') return null
  const row = await tx
    .selectFrom('component')
    .select('id')
    .where('kind', '=', ref.kind)
    .where('name', '=', ref.name)
    .where('version', '=', ref.version)
    .executeTakeFirst()
  return row?.id ?? null
}

function memberRow(incident: number, member: Member) {
  return {
    incident_id: incident,
    machine_id: member.machine,
    cohort: member.cohort,
    since: member.since,
    reason: member.reason,
    failures: member.failures,
    failed_at: member.failedAt,
    first_failed_at: member.firstFailedAt,
    verified: member.verified ? (1 as const) : (0 as const),
    exposed: member.exposed ? (1 as const) : (0 as const),
  }
}

interface Wanted {
  /** Empty: all. */
  readonly statuses: readonly string[]
  /** An id to page on from. */
  readonly before?: number
  readonly limit: number
}

/** The newest incidents with machines that failed last between two times, whichever machines these are. */
export async function incidentsOfFailures(
  db: Reader,
  { from, until }: { readonly from: number; readonly until: number },
): Promise<number[]> {
  const rows = await db
    .selectFrom('incident_machine')
    .select('incident_id')
    .distinct()
    .where('failures', '>', 0)
    .where('failed_at', '>=', from)
    .where('failed_at', '<=', until)
    .orderBy('incident_id', 'desc')
    .limit(MOST_PLANNED)
    .execute()
  return rows.map((row) => row.incident_id)
}

/** Incidents that one planned work may have made: each is read with its machines. */
const MOST_PLANNED = 100

/** Incidents, newest first. */
export async function readIncidents(db: Reader, wanted: Wanted): Promise<IncidentRecord[]> {
  const { statuses, limit } = wanted
  const records: IncidentRecord[] = []
  for (let { before } = wanted; records.length < limit; ) {
    const room = limit - records.length
    let query = db.selectFrom('incident').select(['id', 'payload']).orderBy('id', 'desc').limit(room)
    if (statuses.length > 0) query = query.where('status', 'in', statuses)
    if (before !== undefined) query = query.where('id', '<', before)
    const rows = await query.execute()
    for (const { id, payload } of rows) {
      const record = recordOf(id, payload)
      if (record) records.push(record)
    }
    if (rows.length < room) break
    before = rows.at(-1)?.id
  }
  return records
}

function recordOf(id: number, payload: string): IncidentRecord | undefined {
  return readJson(storedRecord, payload, { table: 'incident', id })
}

/** How many incidents have one of the statuses; all when there are none. */
export async function countIncidents(db: Reader, statuses: readonly string[]): Promise<number> {
  let query = db.selectFrom('incident').select((eb) => eb.fn.countAll<number>().as('n'))
  if (statuses.length > 0) query = query.where('status', 'in', statuses)
  return Number((await query.executeTakeFirstOrThrow()).n)
}

export async function readIncident(db: Reader, id: number): Promise<IncidentRecord | undefined> {
  const row = await db.selectFrom('incident').select('payload').where('id', '=', id).executeTakeFirst()
  return row && recordOf(id, row.payload)
}

/** The highest id given so far; 0 when there is none. */
export async function lastIncidentId(db: Reader): Promise<number> {
  const row = await db
    .selectFrom('incident')
    .select((eb) => eb.fn.max('id').as('id'))
    .executeTakeFirst()
  return Number(row?.id ?? 0)
}

export async function readMembers(db: Reader, incident: number): Promise<Member[]> {
  const rows = await db.selectFrom('incident_machine').selectAll().where('incident_id', '=', incident).execute()
  return rows.map((row: Row<'incident_machine'>) => ({
    machine: row.machine_id,
    cohort: row.cohort,
    since: row.since,
    reason: row.reason ?? '',
    failures: row.failures,
    failedAt: row.failed_at,
    firstFailedAt: row.first_failed_at,
    verified: row.verified === 1,
    exposed: row.exposed === 1,
  }))
}

/** What happened, oldest first; at most the latest `limit` entries. */
export async function readHistory(db: Reader, incident: number, limit: number) {
  const rows = await db
    .selectFrom('incident_history')
    .selectAll()
    .where('incident_id', '=', incident)
    .orderBy('id', 'desc')
    .limit(limit)
    .execute()
  return rows.reverse().map((row) => ({
    id: row.id,
    at: row.at,
    actor: row.actor,
    type: row.type as HistoryRow['type'],
    text: readJson(Written, row.payload, { table: 'incident_history', id: row.id })?.text ?? '',
  }))
}

export async function readSamples(db: Reader, incident: number): Promise<Sample[]> {
  const rows = await db
    .selectFrom('incident_sample')
    .select(['at', 'payload'])
    .where('incident_id', '=', incident)
    .orderBy('at')
    .execute()
  return rows.flatMap(
    ({ at, payload }) => readJson(Sample, payload, { table: 'incident_sample', id: `${incident} ${at}` }) ?? [],
  )
}

/** What a person said of a machine on the recovery board. */
export interface RecoveryMark {
  readonly machine: number
  readonly mark: string
  readonly note: string | null
  readonly markedBy: string
  readonly markedAt: number
}

export async function readMarks(db: Reader, incident: number): Promise<RecoveryMark[]> {
  const rows = await db.selectFrom('recovery_mark').selectAll().where('incident_id', '=', incident).execute()
  return rows.map((r) => ({
    machine: r.machine_id,
    mark: r.mark,
    note: r.note,
    markedBy: r.marked_by,
    markedAt: r.marked_at,
  }))
}

export async function writeMark(tx: Tx, incident: number, mark: RecoveryMark): Promise<void> {
  const change = { mark: mark.mark, note: mark.note, marked_by: mark.markedBy, marked_at: mark.markedAt }
  await tx
    .insertInto('recovery_mark')
    .values({ incident_id: incident, machine_id: mark.machine, ...change })
    .onConflict((conflict) => conflict.columns(['incident_id', 'machine_id']).doUpdateSet(change))
    .execute()
}
