import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'

/** A machine on probation, and what it came by. */
export interface Newcomer {
  readonly machine: number
  readonly token: number
  readonly from: string
}

/** Machines that do not count for themselves yet, by id. */
export async function newcomers(db: Reader): Promise<Newcomer[]> {
  const rows = await db
    .selectFrom('machine')
    .leftJoin('machine_identity', 'machine_identity.machine_id', 'machine.id')
    .select(['machine.id', 'enrolment_token_id', 'enrolled_from'])
    .where('established_at', 'is', null)
    .orderBy('machine.id')
    .execute()
  return rows.map((row) => ({ machine: row.id, token: row.enrolment_token_id ?? 0, from: row.enrolled_from ?? '' }))
}

/** When the fleet's first machine was enrolled; null without one. */
export async function fleetBegan(db: Reader): Promise<number | null> {
  const row = await db
    .selectFrom('machine')
    .select((eb) => eb.fn.min('first_seen').as('began'))
    .executeTakeFirst()
  return row?.began ?? null
}

/**
 * Ends the probation of machines that came before a time into a practice that a person named, and are among its first so
 * many. @returns their rows
 */
export async function endProbations(
  db: Db,
  { cameBefore, plausible, now }: { cameBefore: number; plausible: number; now: number },
): Promise<Row<'machine'>[]> {
  return db
    .updateTable('machine')
    .set({ established_at: now })
    .where('established_at', 'is', null)
    .where('revoked_at', 'is', null)
    .where('first_seen', '<=', cameBefore)
    .where('practice_id', 'in', (eb) => eb.selectFrom('practice').select('practice.id').where('vouched', '=', 1))
    .where(
      (eb) =>
        eb
          .selectFrom('machine as other')
          .select((e) => e.fn.countAll<number>().as('before'))
          .whereRef('other.practice_id', '=', 'machine.practice_id')
          .whereRef('other.id', '<', 'machine.id'),
      '<',
      plausible,
    )
    .returningAll()
    .execute()
}

/** A person answers for a practice: its machines count from now on. @returns the rows of those that did not before */
export async function vouchForMachines(db: Db, practice: number, now: number): Promise<Row<'machine'>[]> {
  await vouchForPractice(db, practice)
  return db
    .updateTable('machine')
    .set({ established_at: now })
    .where('practice_id', '=', practice)
    .where('established_at', 'is', null)
    .where('revoked_at', 'is', null)
    .returningAll()
    .execute()
}

export async function vouchForPractice(db: Db, practice: number): Promise<void> {
  await db.updateTable('practice').set({ vouched: 1 }).where('id', '=', practice).where('vouched', '=', 0).execute()
}
