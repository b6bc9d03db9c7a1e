import type { Db, Reader } from './store.ts'
import type { NewRow, Row } from './tables.ts'

/** Counts one use of a token. Undefined when it is unknown, revoked, expired or used up. */
export async function useEnrolmentToken(
  db: Db,
  tokenHash: string,
  now: number,
): Promise<Pick<Row<'enrolment_token'>, 'id' | 'site'> | undefined> {
  return db
    .updateTable('enrolment_token')
    .set((eb) => ({ uses: eb('uses', '+', 1) }))
    .where('token_hash', '=', tokenHash)
    .where('revoked', '=', 0)
    .where('expires_at', '>', now)
    .where((eb) => eb.or([eb('max_uses', 'is', null), eb('uses', '<', eb.ref('max_uses'))]))
    .returning(['id', 'site'])
    .executeTakeFirst()
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

/** Newest first. */
export async function enrolmentTokens(db: Reader): Promise<Row<'enrolment_token'>[]> {
  return db.selectFrom('enrolment_token').selectAll().orderBy('id', 'desc').execute()
}

/** False when there is no such token. */
export async function revokeEnrolmentToken(db: Db, id: number): Promise<boolean> {
  const done = await db.updateTable('enrolment_token').set({ revoked: 1 }).where('id', '=', id).executeTakeFirst()
  return done.numUpdatedRows > 0n
}

/** The machine that was enrolled with this fingerprint before. */
export async function machineByFingerprint(
  db: Reader,
  fingerprint: string,
): Promise<Pick<Row<'machine'>, 'id' | 'uid' | 'retired_at' | 'revoked_at'> | undefined> {
  return db
    .selectFrom('machine_identity')
    .innerJoin('machine', 'machine.id', 'machine_identity.machine_id')
    .select(['machine.id', 'machine.uid', 'machine.retired_at', 'machine.revoked_at'])
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst()
}

export async function putIdentity(db: Db, identity: NewRow<'machine_identity'>): Promise<void> {
  await db
    .insertInto('machine_identity')
    .values(identity)
    .onConflict((c) =>
      c.column('machine_id').doUpdateSet((eb) => ({
        secret_hash: eb.ref('excluded.secret_hash'),
        fingerprint: eb.ref('excluded.fingerprint'),
        enrolled_at: eb.ref('excluded.enrolled_at'),
        enrolment_token_id: eb.ref('excluded.enrolment_token_id'),
        enrolled_from: eb.ref('excluded.enrolled_from'),
      })),
    )
    .execute()
}

/** Gives a machine a second secret; its own stays. */
export async function putReportSecret(db: Db, machine: number, hash: string, expiresAt: number): Promise<void> {
  await db
    .updateTable('machine_identity')
    .set({ report_hash: hash, report_expires_at: expiresAt })
    .where('machine_id', '=', machine)
    .execute()
}

/** Hashes of the secrets that a machine may show now, by the id that it shows; none of a machine that was revoked. */
export async function secretHashesOf(db: Reader, uid: string, now: number): Promise<string[]> {
  const row = await db
    .selectFrom('machine')
    .innerJoin('machine_identity', 'machine_identity.machine_id', 'machine.id')
    .select(['secret_hash', 'report_hash', 'report_expires_at'])
    .where('uid', '=', uid)
    .where('revoked_at', 'is', null)
    .executeTakeFirst()
  if (!row) return []
  const { secret_hash, report_hash, report_expires_at } = row
  return report_hash !== null && (report_expires_at ?? 0) > now ? [secret_hash, report_hash] : [secret_hash]
}
