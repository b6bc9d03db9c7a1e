import { DAY } from '@pumphandle/shared/time'
import { sql } from 'kysely'
import { COPIES_MAKER } from './enrolment.ts'
import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'

/**
 * How long machines that came by one token raise nothing by themselves, though each counts: as long as a token is good unless
 * somebody says otherwise. Whoever makes machines up may let them wait until they count.
 */
export const LATELY_MS = 14 * DAY

/** A machine on probation, and what it came by. */
export interface Newcomer {
  readonly machine: number
  readonly token: number
  readonly from: string
  /** The same for all that one way may have brought: a token, or all copies of machines of a practice. */
  readonly origin: string
  /** Ms epoch. */
  readonly at: number
}

/** By what a machine came, from its token. */
export function originOf(token: {
  readonly id: number
  readonly created_by: string
  readonly site: string | null
}): string {
  return token.created_by === COPIES_MAKER ? `copies ${token.site ?? ''}` : `token ${token.id}`
}

/** Machines that do not count for themselves yet, or did not at a time, ms epoch; by id. */
export async function newcomers(db: Reader, at = Number.MAX_SAFE_INTEGER): Promise<Newcomer[]> {
  const rows = await arrivals(db)
    .where((e) =>
      e.or([
        e('established_at', 'is', null),
        e.and([e('established_at', '>', at), e('established_at', '>', e.ref('first_seen'))]),
      ]),
    )
    .execute()
  return rows.map(toNewcomer)
}

/** Those that count for themselves since they waited for it, and came since a time, ms epoch; nobody has answered for them. */
export async function latecomers(db: Reader, since: number): Promise<Newcomer[]> {
  const rows = await arrivals(db)
    .where('first_seen', '>', since)
    .whereRef('established_at', '>', 'first_seen')
    .execute()
  return rows.map(toNewcomer)
}

/**
 * The same of those that failed by an incident.
 * @returns how many they are, and by how many ways they came
 */
export async function latecomersOf(
  db: Reader,
  incident: number,
  since: number,
): Promise<{ lately: number; origins: number }> {
  const rows = await arrived(db)
    .innerJoin('incident_machine as member', 'member.machine_id', 'machine.id')
    .where('incident_id', '=', incident)
    .where('failures', '>', 0)
    .where('first_seen', '>', since)
    .whereRef('established_at', '>', 'first_seen')
    .groupBy(['enrolment_token_id', 'created_by', 'enrolment_token.site'])
    .select(['enrolment_token_id', 'created_by', 'enrolment_token.site', sql<number>`count(*)`.as('n')])
    .execute()
  const origins = new Set(
    rows.map((row) => originOf({ id: row.enrolment_token_id ?? 0, created_by: row.created_by ?? '', site: row.site })),
  )
  return { lately: rows.reduce((sum, { n }) => sum + Number(n), 0), origins: origins.size }
}

/** Machines with what each came by. */
function arrived(db: Reader) {
  return db
    .selectFrom('machine')
    .leftJoin('machine_identity', 'machine_identity.machine_id', 'machine.id')
    .leftJoin('enrolment_token', 'enrolment_token.id', 'enrolment_token_id')
}

function arrivals(db: Reader) {
  return arrived(db)
    .select(['machine.id', 'first_seen', 'enrolment_token_id', 'enrolled_from', 'created_by', 'enrolment_token.site'])
    .orderBy('machine.id')
}

type Arrival = Awaited<ReturnType<ReturnType<typeof arrivals>['execute']>>[number]

function toNewcomer(row: Arrival): Newcomer {
  const token = row.enrolment_token_id ?? 0
  return {
    machine: row.id,
    token,
    from: row.enrolled_from ?? '',
    origin: originOf({ id: token, created_by: row.created_by ?? '', site: row.site }),
    at: row.first_seen,
  }
}

/** How a fleet began: when its first machine was enrolled, ms epoch, and whether by a token that is good anywhere. */
export interface Beginning {
  readonly at: number
  readonly isForAny: boolean
}

/** Null without a machine. */
export async function fleetBegan(db: Reader): Promise<Beginning | null> {
  const first = await arrivals(db)
    .clearOrderBy()
    .orderBy('first_seen')
    .orderBy('machine.id')
    .limit(1)
    .executeTakeFirst()
  return first ? { at: first.first_seen, isForAny: first.site === null } : null
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
export async function vouchForMachines(db: Db, practice: number): Promise<Row<'machine'>[]> {
  await vouchForPractice(db, practice)
  // they count as if they had from the beginning, those too that had waited for it
  await db
    .updateTable('machine')
    .set((e) => ({ established_at: e.ref('first_seen') }))
    .where('practice_id', '=', practice)
    .whereRef('established_at', '>', 'first_seen')
    .execute()
  return db
    .updateTable('machine')
    .set((e) => ({ established_at: e.ref('first_seen') }))
    .where('practice_id', '=', practice)
    .where('established_at', 'is', null)
    .where('revoked_at', 'is', null)
    .returningAll()
    .execute()
}

export async function vouchForPractice(db: Db, practice: number): Promise<void> {
  await db.updateTable('practice').set({ vouched: 1 }).where('id', '=', practice).where('vouched', '=', 0).execute()
}
