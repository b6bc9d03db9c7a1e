import { Places } from '@pumphandle/shared/api'
import { NOWHERE, storedPlaces } from '../model/places.ts'
import { readJson } from './read-json.ts'
import type { Db, Reader } from './store.ts'
import type { Row } from './tables.ts'

export type User = Row<'user'>

/** Email addresses are kept in lower case: people type them as they like. */
export const emailKey = (email: string): string => email.trim().toLowerCase()

export async function userByEmail(db: Reader, email: string): Promise<User | undefined> {
  return db.selectFrom('user').selectAll().where('email', '=', emailKey(email)).executeTakeFirst()
}

/** Who somebody is to the organisation's provider. */
export async function userByIdentity(db: Reader, issuer: string, subject: string): Promise<User | undefined> {
  return db
    .selectFrom('user')
    .selectAll()
    .where('issuer', '=', issuer)
    .where('subject', '=', subject)
    .executeTakeFirst()
}

export async function userById(db: Reader, id: number): Promise<User | undefined> {
  return db.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirst()
}

export async function listUsers(db: Reader): Promise<User[]> {
  return db.selectFrom('user').selectAll().orderBy('email').execute()
}

/** Admins of the whole fleet who can sign in. The last one can be neither disabled nor demoted. */
export async function countAdmins(db: Reader): Promise<number> {
  const row = await db
    .selectFrom('user')
    .select((e) => e.fn.countAll<number>().as('n'))
    .where('role', '=', 'admin')
    .where('places', 'is', null)
    .where('disabled', '=', 0)
    .where('password_hash', 'is not', null)
    .executeTakeFirstOrThrow()
  return Number(row.n)
}

/** @returns the new user, or undefined when the address is taken. */
export async function insertUser(
  db: Db,
  user: {
    email: string
    name: string
    role: string
    places: Places | null
    createdAt: number
    passwordHash: string | null
  },
): Promise<User | undefined> {
  return db
    .insertInto('user')
    .values({
      email: emailKey(user.email),
      name: user.name,
      role: user.role,
      places: storedPlaces(user.places),
      password_hash: user.passwordHash,
      created_at: user.createdAt,
      last_seen: null,
      disabled: 0,
      issuer: null,
      subject: null,
    })
    .onConflict((c) => c.column('email').doNothing())
    .returningAll()
    .executeTakeFirst()
}

export async function changeUser(
  db: Db,
  id: number,
  change: Partial<
    Pick<User, 'name' | 'role' | 'places' | 'issuer' | 'subject' | 'password_hash' | 'disabled' | 'last_seen'>
  >,
): Promise<User | undefined> {
  return db.updateTable('user').set(change).where('id', '=', id).returningAll().executeTakeFirst()
}

/** Somebody whose places are damaged has none, not all. */
export function placesOf(id: number, stored: string | null): Places | null {
  return stored === null ? null : (readJson(Places, stored, { table: 'user', id }) ?? NOWHERE)
}
