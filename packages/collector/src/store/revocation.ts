import type { Db } from './store.ts'
import type { Row } from './tables.ts'

/** Whose right to speak ends: one machine, all that were enrolled with a token, or all of a practice. */
export type Revoked = { readonly machine: number } | { readonly token: number } | { readonly practice: number }

/** Those that were not revoked before. */
export async function revokeMachines(db: Db, whom: Revoked, now: number): Promise<Row<'machine'>[]> {
  const update = db.updateTable('machine').set({ revoked_at: now }).where('revoked_at', 'is', null).returningAll()
  if ('machine' in whom) return update.where('id', '=', whom.machine).execute()
  if ('practice' in whom) return update.where('practice_id', '=', whom.practice).execute()
  return update
    .where('id', 'in', (eb) =>
      eb.selectFrom('machine_identity').select('machine_id').where('enrolment_token_id', '=', whom.token),
    )
    .execute()
}

/** The machine may enrol again; what it proved itself by before is worth nothing. Undefined where it was not revoked. */
export async function reinstateMachine(db: Db, id: number): Promise<Row<'machine'> | undefined> {
  const row = await db
    .updateTable('machine')
    .set({ revoked_at: null })
    .where('id', '=', id)
    .where('revoked_at', 'is not', null)
    .returningAll()
    .executeTakeFirst()
  if (!row) return undefined
  await db
    .updateTable('machine_identity')
    .set({ secret_hash: '', public_key: null, report_hash: null, report_key: null, report_expires_at: null })
    .where('machine_id', '=', id)
    .execute()
  return row
}
