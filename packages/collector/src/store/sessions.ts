import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'

/** A session with its person, as each request needs them. */
export type SessionAndUser = Row<'session'> &
  Pick<Row<'user'>, 'name' | 'email' | 'role' | 'places' | 'disabled'> & {
    /** Second factors of the person, without codes on paper. */
    readonly factors: number
  }

export async function insertSession(db: Db, session: Row<'session'>): Promise<void> {
  await db.insertInto('session').values(session).execute()
}

export async function sessionByHash(db: Reader, hash: string): Promise<SessionAndUser | undefined> {
  return db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .selectAll('session')
    .select(['user.name', 'user.email', 'user.role', 'user.places', 'user.disabled'])
    .select((e) =>
      e
        .selectFrom('second_factor')
        .select((f) => f.fn.countAll<number>().as('n'))
        .whereRef('second_factor.user_id', '=', 'session.user_id')
        .where('second_factor.kind', '!=', 'recovery')
        .$asScalar()
        .$notNull()
        .as('factors'),
    )
    .where('session.token_hash', '=', hash)
    .executeTakeFirst()
}

/** Those that one sign-in at the organisation's provider began. @param userId of whom it has to be, where that is known */
export async function sessionsOfProvider(
  db: Reader,
  { issuer, session, userId }: { readonly issuer: string; readonly session: string; readonly userId?: number },
): Promise<Row<'session'>[]> {
  let query = db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .selectAll('session')
    .where('user.issuer', '=', issuer)
    .where('provider_session', '=', session)
  if (userId !== undefined) query = query.where('user_id', '=', userId)
  return query.execute()
}

/** Of one person, the newest first. */
export async function sessionsOf(db: Reader, userId: number): Promise<Row<'session'>[]> {
  return db.selectFrom('session').selectAll().where('user_id', '=', userId).orderBy('created_at', 'desc').execute()
}

/** Also says of the person when they were last seen. */
export async function touchSession(db: Db, hash: string, userId: number, at: number): Promise<void> {
  await db.updateTable('session').set({ last_seen: at }).where('token_hash', '=', hash).execute()
  await db.updateTable('user').set({ last_seen: at }).where('id', '=', userId).execute()
}

export async function deleteSession(db: Db, hash: string): Promise<void> {
  await db.deleteFrom('session').where('token_hash', '=', hash).execute()
}

/** @param but one that goes on. @returns how many there were */
export async function deleteSessionsOf(db: Db, userId: number, but = ''): Promise<number> {
  const rows = await db
    .deleteFrom('session')
    .where('user_id', '=', userId)
    .where('token_hash', '!=', but)
    .returning('token_hash')
    .execute()
  return rows.length
}

/** Ends sessions past their last moment, or unused since `idleSince`. */
export async function deleteOldSessions(db: Db, now: number, idleSince: number): Promise<void> {
  await db
    .deleteFrom('session')
    .where((e) => e.or([e('expires_at', '<=', now), e('last_seen', '<=', idleSince)]))
    .execute()
}
