import { forgetAuditUntil } from './audit.ts'
import { partsOf } from './days.ts'
import type { Tx } from './store.ts'

/** Rows of one step: about 5 ms of the database's time. */
export const ROWS_PER_STEP = 250

/**
 * Deletes the oldest events that were received before `before`, a bounded number; on PostgreSQL of those that have no day's
 * partition. Sequence numbers rise with the time of arrival, so that the oldest are found without looking at the rest.
 * @returns how many were deleted; fewer than asked for means that there are no more
 */
export async function deleteOldEvents(tx: Tx, before: number): Promise<number> {
  const table = await lastPartOf(tx, 'event')
  const oldest = await tx.selectFrom(table).select(['seq', 'received_at']).orderBy('seq').limit(ROWS_PER_STEP).execute()
  const young = oldest.findIndex((row) => row.received_at >= before)
  const last = (young < 0 ? oldest : oldest.slice(0, young)).at(-1)
  if (!last) return 0
  await tx.deleteFrom(table).where('seq', '<=', last.seq).execute()
  return young < 0 ? oldest.length : young
}

/** The same for changes of machines' states, which are numbered in time too. */
export async function deleteOldTransitions(tx: Tx, before: number): Promise<number> {
  const table = await lastPartOf(tx, 'machine_transition')
  const oldest = await tx.selectFrom(table).select(['id', 'at']).orderBy('id').limit(ROWS_PER_STEP).execute()
  const young = oldest.findIndex((row) => row.at >= before)
  const last = (young < 0 ? oldest : oldest.slice(0, young)).at(-1)
  if (!last) return 0
  await tx.deleteFrom(table).where('id', '<=', last.id).execute()
  return young < 0 ? oldest.length : young
}

/** Where rows are that are deleted one by one. */
async function lastPartOf<T extends 'event' | 'machine_transition'>(tx: Tx, table: T): Promise<T> {
  return (await partsOf(tx, table)).at(-1) ?? table
}

/** Crashes are indexed by their time. @returns how many were deleted */
export async function deleteOldCrashes(tx: Tx, before: number): Promise<number> {
  const old = await tx
    .selectFrom('crash')
    .select(['machine_id', 'event_id'])
    .where('at', '<', before)
    .orderBy('at')
    .limit(ROWS_PER_STEP)
    .execute()
  for (const { machine_id, event_id } of old)
    await tx.deleteFrom('crash').where('machine_id', '=', machine_id).where('event_id', '=', event_id).execute()
  return old.length
}

/** Whom the audit log names goes too, once its own time is over. @returns how many were deleted */
export async function deleteOldAudit(tx: Tx, before: number): Promise<number> {
  const old = await tx.selectFrom('audit').select(['id', 'at', 'hash']).orderBy('id').limit(ROWS_PER_STEP).execute()
  const young = old.findIndex((row) => row.at >= before)
  const last = (young < 0 ? old : old.slice(0, young)).at(-1)
  if (!last) return 0
  await forgetAuditUntil(tx, last)
  return young < 0 ? old.length : young
}
