import { ROLES, type Role, type Settings } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { HOUR, MINUTE } from '@pumphandle/shared/time'
import { isAtLeast } from '@pumphandle/shared/words'
import { hashSecret, newSecret } from '../model/secret.ts'
import type { Store } from '../store/index.ts'
import {
  deleteOldSessions,
  deleteSession,
  insertSession,
  sessionByHash,
  sessionsOf,
  touchSession,
} from '../store/sessions.ts'
import { placesOf } from '../store/users.ts'
import type { Actor } from './actor.ts'

/** A session that was not used for this long ends: a night away from the desk. An open page uses it through its live link. */
export const SESSION_IDLE_MS = 12 * HOUR
/** However much it is used, a session ends: a wall screen asks for a sign-in twice a month. */
export const SESSION_MAX_MS = 14 * 24 * HOUR
/** Of an account of the organisation: who leaves it or a group is out, or has another role, the next morning. */
const ORGANISATION_SESSION_MS = 12 * HOUR
/** Use is written down no more often than this: a page makes dozens of requests a minute. */
const TOUCH_EVERY_MS = MINUTE

/** Sessions of one person: a desk, a wall screen, a telephone, and those that were never signed out of. Older ones end. */
const MOST_SESSIONS = 20

/** How a session was begun. */
export interface Beginning {
  readonly means: 'password' | 'organisation'
  /** As people are told of it. */
  readonly address: string
  readonly browser: string
  /** What the organisation's provider calls it. */
  readonly providerSession?: string | undefined
}

/** Starts a session. @returns the secret for the cookie; only its hash is kept. */
export async function startSession(
  store: Store,
  clock: Clock,
  userId: number,
  { means, address, browser, providerSession = '' }: Beginning,
): Promise<string> {
  const secret = newSecret()
  const now = clock.now()
  await deleteOldSessions(store.db, now, now - SESSION_IDLE_MS)
  for (const { token_hash } of (await sessionsOf(store.db, userId)).slice(MOST_SESSIONS - 1))
    await deleteSession(store.db, token_hash)
  await insertSession(store.db, {
    token_hash: hashSecret(secret),
    user_id: userId,
    created_at: now,
    expires_at: now + (means === 'organisation' ? ORGANISATION_SESSION_MS : SESSION_MAX_MS),
    last_seen: now,
    means,
    address,
    browser,
    provider_session: providerSession,
  })
  return secret
}

/** The least role from which on who signs in with a password needs a second factor. */
type Demanded = Settings['secondFactorFrom']

/** Who a cookie's secret is, or undefined where it is unknown, too old, unused for long or of a disabled person. */
export function actorOfSession(
  store: Store,
  clock: Clock,
  secret: string,
  demanded: Demanded,
): Promise<Extract<Actor, { kind: 'user' }> | undefined> {
  return useSession(store, clock, hashSecret(secret), demanded)
}

/** The same by the hash that is kept, for a stream that goes on. Counts as use. */
export async function useSession(
  store: Store,
  clock: Clock,
  hash: string,
  demanded: Demanded,
): Promise<Extract<Actor, { kind: 'user' }> | undefined> {
  const found = await sessionByHash(store.reader, hash)
  const now = clock.now()
  if (!found || found.disabled === 1 || found.expires_at <= now || found.last_seen <= now - SESSION_IDLE_MS) return
  if (found.last_seen < now - TOUCH_EVERY_MS) store.aside((db) => touchSession(db, hash, found.user_id, now))
  const role = roleOf(found.role)
  // the organisation's provider has its own
  const isDemanded = demanded !== 'nobody' && isAtLeast(role, demanded) && found.means !== 'organisation'
  return {
    kind: 'user',
    id: found.user_id,
    name: found.name,
    email: found.email,
    role,
    places: placesOf(found.user_id, found.places),
    session: hash,
    provenAt: found.created_at,
    owesFactor: isDemanded && Number(found.factors) === 0,
  }
}

export async function endSession(store: Store, hash: string): Promise<void> {
  await deleteSession(store.db, hash)
}

/** A stored role; one that this version does not know may read only. */
export function roleOf(text: string): Role {
  return ROLES.find((role) => role === text) ?? 'viewer'
}
