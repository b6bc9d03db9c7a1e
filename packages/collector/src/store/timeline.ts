import { type Days, spansOf } from './days.ts'
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
  const newest = query.orderBy('at', 'desc').orderBy('seq', 'desc').limit(limit)
  return newestOf(await spansSince(db, 'event', span), limit, ({ from, until }) =>
    newest
      .$if(from !== undefined, (q) => q.where('received_at', '>=', from ?? 0))
      .$if(until !== undefined, (q) => q.where('received_at', '<', until ?? 0))
      .execute(),
  )
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
  const newest = query.orderBy('at', 'desc').orderBy('id').limit(limit)
  return newestOf(await spansSince(db, 'machine_transition', span), limit, ({ from, until }) =>
    newest
      .$if(from !== undefined, (q) => q.where('at', '>=', from ?? 0))
      .$if(until !== undefined, (q) => q.where('at', '<', until ?? 0))
      .execute(),
  )
}

/**
 * Reads a table span after span, newest first, until no older one can have a row that comes before those that were found:
 * what was received earlier happened earlier.
 */
async function newestOf<R extends { readonly at: number }>(
  spans: readonly Days[],
  limit: number,
  read: (span: Days) => Promise<R[]>,
): Promise<R[]> {
  let rows: R[] = []
  for (const span of spans) {
    const some = await read(span)
    // the sort is stable: of one instant those that were received later, with the higher numbers, stay first
    rows = rows.length === 0 ? some : [...rows, ...some].sort((a, b) => b.at - a.at).slice(0, limit)
    if (rows.length === limit && (rows.at(-1)?.at ?? 0) >= (span.from ?? 0)) break
  }
  return rows
}

async function spansSince(db: Reader, table: 'event' | 'machine_transition', { from }: Span): Promise<Days[]> {
  const spans = await spansOf(db, table)
  return spans.filter(({ until }) => from === undefined || until === undefined || until > from)
}

export async function countTimeline(db: Reader, machine: number, span: Span): Promise<number> {
  const counts = await Promise.all([
    countIn(db, 'event', machine, span),
    countIn(db, 'machine_transition', machine, span),
  ])
  return counts[0] + counts[1]
}

async function countIn(
  db: Reader,
  table: 'event' | 'machine_transition',
  machine: number,
  span: Span,
): Promise<number> {
  const received = table === 'event' ? 'received_at' : 'at'
  let sum = 0
  for (const { from, until } of await spansSince(db, table, span)) {
    const row = await db
      .selectFrom(table)
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('machine_id', '=', machine)
      .where('at', '>=', span.from ?? 0)
      .where('at', '<', span.until ?? Number.MAX_SAFE_INTEGER)
      .$if(from !== undefined, (q) => q.where(received as 'at', '>=', from ?? 0))
      .$if(until !== undefined, (q) => q.where(received as 'at', '<', until ?? 0))
      .executeTakeFirstOrThrow()
    sum += Number(row.n)
  }
  return sum
}

export async function countEvents(db: Reader, machine: number, type: string): Promise<number> {
  let sum = 0
  for (const { from, until } of await spansOf(db, 'event')) {
    const row = await db
      .selectFrom('event')
      .select((e) => e.fn.countAll<number>().as('n'))
      .where('machine_id', '=', machine)
      .where('type', '=', type)
      .$if(from !== undefined, (q) => q.where('received_at', '>=', from ?? 0))
      .$if(until !== undefined, (q) => q.where('received_at', '<', until ?? 0))
      .executeTakeFirstOrThrow()
    sum += Number(row.n)
  }
  return sum
}
