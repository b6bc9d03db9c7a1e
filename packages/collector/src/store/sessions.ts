import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'

/** A session with its person, as each request needs them. */
export type SessionAndUser = Row<'session'> & Pick<Row<'user'>, 'name' | 'email' | 'role' | 'places' | 'disabled'>

export async function insertSession(db: Db, session: Row<'session'>): Promise<void> {
  await db.insertInto('session').values(session).execute()
}

export async function sessionByHash(db: Reader, hash: string): Promise<SessionAndUser | undefined> {
  return db
    .selectFrom('session')
    .innerJoin('user', 'user.id', 'session.user_id')
    .selectAll('session')
    .select(['user.name', 'user.email', 'user.role', 'user.places', 'user.disabled'])
    .where('session.token_hash', '=', hash)
    .executeTakeFirst()
}

/** Also says of the person when they were last seen. */
export async function touchSession(db: Db, hash: string, userId: number, at: number): Promise<void> {
  await db.updateTable('session').set({ last_seen: at }).where('token_hash', '=', hash).execute()
  await db.updateTable('user').set({ last_seen: at }).where('id', '=', userId).execute()
}

export async function deleteSession(db: Db, hash: string): Promise<void> {
  await db.deleteFrom('session').where('token_hash', '=', hash).execute()
}

export async function deleteSessionsOf(db: Db, userId: number): Promise<void> {
  await db.deleteFrom('session').where('user_id', '=', userId).execute()
}

/** Ends sessions past their last moment, or unused since `idleSince`. */
export async function deleteOldSessions(db: Db, now: number, idleSince: number): Promise<void> {
  await db
    .deleteFrom('session')
    .where((e) => e.or([e('expires_at', '<=', now), e('last_seen', '<=', idleSince)]))
    .execute()
}
