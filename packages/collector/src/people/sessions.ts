import { ROLES, type Role } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { HOUR, MINUTE } from '@pumphandle/shared/time'
import { hashSecret, newSecret } from '../model/secret.ts'
import type { Store } from '../store/index.ts'
import { deleteOldSessions, deleteSession, insertSession, sessionByHash, touchSession } from '../store/sessions.ts'
import { placesOf } from '../store/users.ts'
import type { Actor } from './actor.ts'

/** Unused for so long, a session ends: a night away from the desk. An open page uses it through its live link. */
export const SESSION_IDLE_MS = 12 * HOUR
/** However much it is used, a session ends: a wall screen asks for a sign-in twice a month. */
export const SESSION_MAX_MS = 14 * 24 * HOUR
/** Of an account of the organisation: who leaves it or a group is out, or has another role, the next morning. */
export const ORGANISATION_SESSION_MS = 12 * HOUR
/** Use is written down no more often than this: a page makes dozens of requests a minute. */
const TOUCH_EVERY_MS = MINUTE

/** Starts a session. @returns the secret for the cookie; only its hash is kept. */
export async function startSession(
  store: Store,
  clock: Clock,
  userId: number,
  maxMs = SESSION_MAX_MS,
): Promise<string> {
  const secret = newSecret()
  const now = clock.now()
  await deleteOldSessions(store.db, now, now - SESSION_IDLE_MS)
  await insertSession(store.db, {
    token_hash: hashSecret(secret),
    user_id: userId,
    created_at: now,
    expires_at: now + maxMs,
    last_seen: now,
  })
  return secret
}

/** Who a cookie's secret is, or undefined where it is unknown, too old, unused for long or of a disabled person. */
export function actorOfSession(store: Store, clock: Clock, secret: string): Promise<Actor | undefined> {
  return useSession(store, clock, hashSecret(secret))
}

/** The same by the hash that is kept, for a stream that goes on. Counts as use. */
export async function useSession(store: Store, clock: Clock, hash: string): Promise<Actor | undefined> {
  const found = await sessionByHash(store.reader, hash)
  const now = clock.now()
  if (!found || found.disabled === 1 || found.expires_at <= now || found.last_seen <= now - SESSION_IDLE_MS) return
  if (found.last_seen < now - TOUCH_EVERY_MS) store.aside((db) => touchSession(db, hash, found.user_id, now))
  return {
    kind: 'user',
    id: found.user_id,
    name: found.name,
    email: found.email,
    role: roleOf(found.role),
    places: placesOf(found.user_id, found.places),
    session: hash,
  }
}

export async function endSession(store: Store, hash: string): Promise<void> {
  await deleteSession(store.db, hash)
}

/** A stored role; one that this version does not know may read only. */
export function roleOf(text: string): Role {
  return ROLES.find((role) => role === text) ?? 'viewer'
}
