import type { Db, Reader } from './store.ts'
import type { NewRow, Row } from './tables.ts'

/** Undefined when it is unknown, revoked or expired. */
export async function enrolmentTokenOf(
  db: Reader,
  tokenHash: string,
  now: number,
): Promise<Pick<Row<'enrolment_token'>, 'id' | 'site' | 'for_reports' | 'created_by'> | undefined> {
  return db
    .selectFrom('enrolment_token')
    .select(['id', 'site', 'for_reports', 'created_by'])
    .where('token_hash', '=', tokenHash)
    .where('revoked', '=', 0)
    .where('expires_at', '>', now)
    .executeTakeFirst()
}

/** Counts one use. False when it is used up, or was revoked meanwhile. */
export async function useEnrolmentToken(db: Db, id: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('enrolment_token')
    .set((eb) => ({ uses: eb('uses', '+', 1) }))
    .where('id', '=', id)
    .where('revoked', '=', 0)
    .where((eb) => eb.or([eb('max_uses', 'is', null), eb('uses', '<', eb.ref('max_uses'))]))
    .executeTakeFirstOrThrow()
  return numUpdatedRows > 0n
}

export async function insertEnrolmentToken(
  db: Db,
  token: Omit<NewRow<'enrolment_token'>, 'id' | 'uses' | 'revoked'>,
): Promise<Row<'enrolment_token'>> {
  return db
    .insertInto('enrolment_token')
    .values({ ...token, uses: 0, revoked: 0 })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Who made the tokens of copies, each of which enrols anew by one. */
export const COPIES_MAKER = 'collector'

/** In the place of a token's practice: its machine belongs to none, whatever it says. */
export const NO_PRACTICE = ''

/** How many of one maker there are for a practice since a time, ms epoch. */
export async function countTokens(
  db: Reader,
  { createdBy, site, since }: { readonly createdBy: string; readonly site: string; readonly since: number },
): Promise<number> {
  const { n } = await db
    .selectFrom('enrolment_token')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('created_by', '=', createdBy)
    .where('site', '=', site)
    .where('created_at', '>', since)
    .executeTakeFirstOrThrow()
  return Number(n)
}

/** Newest first. */
export async function enrolmentTokens(db: Reader): Promise<Row<'enrolment_token'>[]> {
  return db.selectFrom('enrolment_token').selectAll().orderBy('id', 'desc').execute()
}

/** False when there is no such token. */
export async function revokeEnrolmentToken(db: Db, id: number): Promise<boolean> {
  const done = await db.updateTable('enrolment_token').set({ revoked: 1 }).where('id', '=', id).executeTakeFirst()
  return done.numUpdatedRows > 0n
}

/** A machine as enrolment finds it again. */
export type Known = Pick<Row<'machine'>, 'id' | 'uid' | 'name' | 'retired_at' | 'revoked_at'> &
  Pick<Row<'machine_identity'>, 'secret_hash' | 'public_key' | 'enrolment_token_id' | 'hardware'> & {
    /** Its practice's code. */
    readonly site: string | null
  }

function known(db: Reader) {
  return db
    .selectFrom('machine_identity')
    .innerJoin('machine', 'machine.id', 'machine_identity.machine_id')
    .leftJoin('practice', 'practice.id', 'machine.practice_id')
    .select(['machine.id', 'machine.uid', 'machine.name', 'machine.retired_at', 'machine.revoked_at'])
    .select('practice.code as site')
    .select(['secret_hash', 'public_key', 'enrolment_token_id', 'hardware'])
}

/**
 * Machines that were enrolled with this fingerprint before: those that are in before those that were revoked, those that
 * count before newcomers, the latest first. However many say to be one computer, the one that it is stands among the first.
 */
export async function machinesByFingerprint(db: Reader, fingerprint: string): Promise<Known[]> {
  return known(db)
    .where('fingerprint', '=', fingerprint)
    .orderBy((eb) => eb('machine.revoked_at', 'is not', null))
    .orderBy((eb) => eb('machine.established_at', 'is', null))
    .orderBy('machine.id', 'desc')
    .limit(20)
    .execute()
}

/** The machine that has this key. */
export async function machineByKey(db: Reader, key: string): Promise<Known | undefined> {
  return known(db).where('public_key', '=', key).executeTakeFirst()
}

/** More than this many with one board's number: its maker gave all of them one. */
const MAX_OF_A_BOARD = 1

/**
 * The machine that a newcomer probably was before its Windows was put on anew, which gives it another fingerprint: of its
 * board, where no third one says to have that, else of its name in its practice, the latest.
 */
export async function machineBefore(
  db: Reader,
  newcomer: Pick<Row<'machine'>, 'id' | 'name' | 'practice_id'>,
  board: string | undefined,
): Promise<Known | undefined> {
  const others = known(db).where('machine.id', '!=', newcomer.id).where('machine.revoked_at', 'is', null)
  if (board !== undefined) {
    const found = await others
      .where('hardware', '=', board)
      .where('machine.retired_at', 'is', null)
      .limit(MAX_OF_A_BOARD + 1)
      .execute()
    if (found.length > 0 && found.length <= MAX_OF_A_BOARD) return found[0]
  }
  if (newcomer.practice_id === null) return undefined
  return others
    .where('machine.name', '=', newcomer.name)
    .where('machine.practice_id', '=', newcomer.practice_id)
    .orderBy('machine.id', 'desc')
    .limit(1)
    .executeTakeFirst()
}

export async function putIdentity(db: Db, identity: NewRow<'machine_identity'>): Promise<void> {
  await db
    .insertInto('machine_identity')
    .values(identity)
    .onConflict((c) =>
      c.column('machine_id').doUpdateSet((eb) => ({
        secret_hash: eb.ref('excluded.secret_hash'),
        public_key: eb.ref('excluded.public_key'),
        fingerprint: eb.ref('excluded.fingerprint'),
        hardware: eb.ref('excluded.hardware'),
        former_hardware: null,
        copied_hardware: null,
        run_number: null,
        enrolled_at: eb.ref('excluded.enrolled_at'),
        enrolment_token_id: eb.ref('excluded.enrolment_token_id'),
        enrolled_from: eb.ref('excluded.enrolled_from'),
      })),
    )
    .execute()
}

/** Gives a machine a second proof, a secret's hash or a key; its own stays. */
export async function putReportProof(
  db: Db,
  machine: number,
  proof: Pick<Row<'machine_identity'>, 'report_hash' | 'report_key' | 'report_expires_at'>,
): Promise<void> {
  await db.updateTable('machine_identity').set(proof).where('machine_id', '=', machine).execute()
}

/** The key takes the secret's place, where the machine has none yet. False where it has one. */
export async function replaceSecretByKey(db: Db, machine: number, key: string): Promise<boolean> {
  const done = await db
    .updateTable('machine_identity')
    .set({ public_key: key, secret_hash: '' })
    .where('machine_id', '=', machine)
    .where('public_key', 'is', null)
    .executeTakeFirst()
  return done.numUpdatedRows > 0n
}

/** Whether there is any machine, retired and revoked ones too. */
export async function knowsMachines(db: Reader): Promise<boolean> {
  return (await db.selectFrom('machine').select('id').limit(1).executeTakeFirst()) !== undefined
}

/** What a machine may show as proof, and what is known of its computer, by the id that it shows; undefined for one that was revoked or is not known. */
export async function proofsOf(
  db: Reader,
  uid: string,
): Promise<
  | Pick<
      Row<'machine_identity'>,
      | 'secret_hash'
      | 'public_key'
      | 'report_hash'
      | 'report_key'
      | 'report_expires_at'
      | 'hardware'
      | 'former_hardware'
      | 'copied_hardware'
      | 'run_number'
    >
  | undefined
> {
  return db
    .selectFrom('machine')
    .innerJoin('machine_identity', 'machine_identity.machine_id', 'machine.id')
    .select(['hardware', 'former_hardware', 'copied_hardware', 'run_number'])
    .select(['secret_hash', 'public_key', 'report_hash', 'report_key', 'report_expires_at'])
    .where('uid', '=', uid)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
}
