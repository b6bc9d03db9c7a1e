import type { Tx } from './store.ts'

/** Rows of one step: about 20 ms of the database's time. */
const ROWS_PER_STEP = 1_000

/**
 * Deletes the oldest events that were received before `before`, a bounded number. Sequence numbers rise with the time of
 * arrival, so that the oldest are found without looking at the rest.
 * @returns how many were deleted; fewer than asked for means that there are no more
 */
export async function deleteOldEvents(tx: Tx, before: number): Promise<number> {
  const oldest = await tx
    .selectFrom('event')
    .select(['seq', 'received_at'])
    .orderBy('seq')
    .limit(ROWS_PER_STEP)
    .execute()
  const young = oldest.findIndex((row) => row.received_at >= before)
  const last = (young < 0 ? oldest : oldest.slice(0, young)).at(-1)
  if (!last) return 0
  await tx.deleteFrom('event').where('seq', '<=', last.seq).execute()
  return young < 0 ? oldest.length : young
}

/** The same for changes of machines' states, which are numbered in time too. */
export async function deleteOldTransitions(tx: Tx, before: number): Promise<number> {
  const oldest = await tx
    .selectFrom('machine_transition')
    .select(['id', 'at'])
    .orderBy('id')
    .limit(ROWS_PER_STEP)
    .execute()
  const young = oldest.findIndex((row) => row.at >= before)
  const last = (young < 0 ? oldest : oldest.slice(0, young)).at(-1)
  if (!last) return 0
  await tx.deleteFrom('machine_transition').where('id', '<=', last.id).execute()
  return young < 0 ? oldest.length : young
}

/** Crashes are few and indexed by their time. */
export async function deleteOldCrashes(tx: Tx, before: number): Promise<void> {
  await tx.deleteFrom('crash').where('at', '<', before).execute()
}

/** Whom the audit log names goes too, once its own time is over. */
export async function deleteOldAudit(tx: Tx, before: number): Promise<void> {
  await tx.deleteFrom('audit').where('at', '<', before).execute()
}
