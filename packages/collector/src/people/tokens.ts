import { SCOPES, type TokenRow } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { DAY, MINUTE } from '@pumphandle/shared/time'
import { isAtLeast } from '@pumphandle/shared/words'
import { hashSecret, newSecret } from '../model/secret.ts'
import {
  type ApiToken,
  apiTokenByHash,
  insertApiToken,
  type TokenWithMaker,
  touchApiToken,
} from '../store/api-tokens.ts'
import type { Store } from '../store/index.ts'
import { placesOf } from '../store/users.ts'
import { type Actor, ROLE_OF_SCOPE, type Scope } from './actor.ts'
import { roleOf } from './sessions.ts'

/** Tells people and secret scanners what it is. */
const PREFIX = 'pht_'
/** Use is written down no more often than this. */
const TOUCH_EVERY_MS = MINUTE

export async function newApiToken(
  store: Store,
  clock: Clock,
  wanted: {
    name: string
    scope: Scope
    days: number
    createdBy: string
    /** Whose it is: it never may more than that person. Null on the collector's own console. */
    userId?: number | null
  },
): Promise<{ row: TokenRow; secret: string }> {
  const secret = PREFIX + newSecret()
  const now = clock.now()
  const row = await insertApiToken(store.db, {
    name: wanted.name,
    token_hash: hashSecret(secret),
    scope: wanted.scope,
    created_at: now,
    created_by: wanted.createdBy,
    user_id: wanted.userId ?? null,
    expires_at: now + wanted.days * DAY,
    last_used_at: null,
    revoked: 0,
  })
  return { row: tokenRow(row), secret }
}

/** Which token a secret is, with what its maker may too; undefined where it is unknown, expired, revoked or its maker out. */
export async function actorOfToken(store: Store, clock: Clock, secret: string): Promise<Actor | undefined> {
  if (!secret.startsWith(PREFIX)) return
  const found = await apiTokenByHash(store.reader, hashSecret(secret))
  const now = clock.now()
  if (!found || !isTokenGood(found, now)) return
  if ((found.last_used_at ?? 0) < now - TOUCH_EVERY_MS) store.aside((db) => touchApiToken(db, found.id, now))
  const { id, name, user_id: maker, makerRole } = found
  const scoped = ROLE_OF_SCOPE[scopeOf(found.scope)]
  const role = makerRole === null || isAtLeast(roleOf(makerRole), scoped) ? scoped : roleOf(makerRole)
  return { kind: 'token', id, name, role, places: placesOfToken(found), maker }
}

/** What its maker has; null for the whole fleet. */
export function placesOfToken({ user_id: maker, makerPlaces }: TokenWithMaker): Actor['places'] {
  return maker === null ? null : placesOf(maker, makerPlaces)
}

/** Whether it is of any use now: its time is not over, and its maker, where it has one, may still sign in. */
export function isTokenGood(token: TokenWithMaker, now: number): boolean {
  if (token.revoked === 1 || token.expires_at <= now) return false
  return token.user_id === null || token.makerDisabled === 0
}

export function tokenRow(row: ApiToken): TokenRow {
  return {
    id: row.id,
    name: row.name,
    scope: scopeOf(row.scope),
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }
}

function scopeOf(text: string): Scope {
  return SCOPES.find((scope) => scope === text) ?? 'read'
}
