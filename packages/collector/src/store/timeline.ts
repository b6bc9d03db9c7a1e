import type { Reader } from './store.ts'
import type { Row } from './tables.ts'

/** What the collector saw of a machine is numbered below zero, so that it sorts beside the machine's own events. */
export interface Before {
  readonly at: number
  readonly seq: number
}
export interface Span {
  readonly from: number | undefined
  readonly until: number | undefined
}

/** Events of a machine, newest first, older than `before`. */
export async function eventsOf(
  db: Reader,
  machine: number,
  span: Span,
  before: Before | null,
  limit: number,
  types?: readonly string[],
): Promise<Row<'event'>[]> {
  let query = db.selectFrom('event').selectAll().where('machine_id', '=', machine)
  if (span.from !== undefined) query = query.where('at', '>=', span.from)
  if (span.until !== undefined) query = query.where('at', '<', span.until)
  if (types) query = query.where('type', 'in', types)
  if (before)
    query = query.where('at', '<=', before.at).where((e) => e.or([e('at', '<', before.at), e('seq', '<', before.seq)]))
  return query.orderBy('at', 'desc').orderBy('seq', 'desc').limit(limit).execute()
}

/** Changes of a machine's state, newest first, older than `before`. */
export async function transitionsOf(
  db: Reader,
  machine: number,
  span: Span,
  before: Before | null,
  limit: number,
): Promise<Row<'machine_transition'>[]> {
  let query = db.selectFrom('machine_transition').selectAll().where('machine_id', '=', machine)
  if (span.from !== undefined) query = query.where('at', '>=', span.from)
  if (span.until !== undefined) query = query.where('at', '<', span.until)
  // its number in the timeline is -id: later ones of one instant have smaller numbers
  if (before)
    query = query.where('at', '<=', before.at).where((e) => e.or([e('at', '<', before.at), e('id', '>', -before.seq)]))
  return query.orderBy('at', 'desc').orderBy('id').limit(limit).execute()
}

export async function countTimeline(db: Reader, machine: number, span: Span): Promise<number> {
  const from = span.from ?? 0
  const until = span.until ?? Number.MAX_SAFE_INTEGER
  const counts = await Promise.all(
    (['event', 'machine_transition'] as const).map((table) =>
      db
        .selectFrom(table)
        .select((e) => e.fn.countAll<number>().as('n'))
        .where('machine_id', '=', machine)
        .where('at', '>=', from)
        .where('at', '<', until)
        .executeTakeFirstOrThrow(),
    ),
  )
  return counts.reduce((sum, row) => sum + Number(row.n), 0)
}

export async function countEvents(db: Reader, machine: number, type: string): Promise<number> {
  const row = await db
    .selectFrom('event')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('machine_id', '=', machine)
    .where('type', '=', type)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}
