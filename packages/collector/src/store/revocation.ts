import { COPIES_MAKER, NO_PRACTICE } from './enrolment.ts'
import type { Db } from './store.ts'
import type { Row } from './tables.ts'

/** Whose right to speak ends: one machine, all that were enrolled with a token, or all of a practice. */
export type Revoked = { readonly machine: number } | { readonly token: number } | { readonly practice: number }

/** Those that were not revoked before. Copies of them that have not enrolled yet do so no more. */
export async function revokeMachines(db: Db, whom: Revoked, now: number): Promise<Row<'machine'>[]> {
  const rows = await update(db, whom, now)
  await revokeCopies(db, rows)
  return rows
}

async function update(db: Db, whom: Revoked, now: number): Promise<Row<'machine'>[]> {
  const revoked = db.updateTable('machine').set({ revoked_at: now }).where('revoked_at', 'is', null).returningAll()
  if ('machine' in whom) return revoked.where('id', '=', whom.machine).execute()
  if ('practice' in whom) return revoked.where('practice_id', '=', whom.practice).execute()
  return revoked
    .where('id', 'in', (eb) =>
      eb.selectFrom('machine_identity').select('machine_id').where('enrolment_token_id', '=', whom.token),
    )
    .execute()
}

/** Whoever had a machine's key may have had tokens made for copies of it. Those of the same practice are made anew when they ask. */
async function revokeCopies(db: Db, rows: readonly Row<'machine'>[]): Promise<void> {
  const practices = new Set(rows.map((row) => row.practice_id))
  for (const practice of practices) {
    const tokens = db.updateTable('enrolment_token').set({ revoked: 1 }).where('created_by', '=', COPIES_MAKER)
    await (practice === null
      ? tokens.where('site', '=', NO_PRACTICE)
      : tokens.where('site', '=', (e) =>
          e.selectFrom('practice').select('practice.code').where('practice.id', '=', practice),
        )
    ).execute()
  }
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
