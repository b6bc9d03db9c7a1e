import type { Places, Role } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { DAY } from '@pumphandle/shared/time'
import { Refusal } from '../model/refusal.ts'
import { hashSecret, newSecret } from '../model/secret.ts'
import type { Store } from '../store/index.ts'
import { deleteLinksFor, deleteOldLinks, insertLink, linkByHash, takeLink } from '../store/one-time-links.ts'
import { deleteSessionsOf } from '../store/sessions.ts'
import { changeUser, countAdmins, insertUser, type User, userByEmail, userById } from '../store/users.ts'
import type { Passwords } from './passwords.ts'

/** An invitation waits for somebody on leave. */
const INVITATION_DAYS = 7
/** The first admin sits before the console that shows the link. */
const FIRST_LINK_DAYS = 1
/** What the first admin signs in as, where the link was used without naming an address. */
const FIRST_ADMIN = 'admin'

export interface Link {
  /** Below the collector's address. The secret stands behind the #, which browsers do not send and proxies do not log. */
  readonly path: string
  readonly expiresAt: number
}

/**
 * A link that makes the first admin, while there is none who can sign in; undefined afterwards. Each start prints a new
 * one and ends the one before.
 */
export async function firstAdminLink(store: Store, clock: Clock): Promise<Link | undefined> {
  if ((await countAdmins(store.db)) > 0) return
  return giveOut(store, clock, null, 'admin', FIRST_LINK_DAYS)
}

/** Invites a new person, or sends one who has an account a link to set a new password. */
export async function invite(
  store: Store,
  clock: Clock,
  email: string,
  role: Role,
  places: Places | null = null,
): Promise<Link> {
  const known = await userByEmail(store.db, email)
  if (known?.disabled === 1)
    throw new Refusal(
      'conflict',
      'User is disabled',
      `${known.email} is disabled. Enable the account, then invite again.`,
    )
  const now = clock.now()
  const user =
    known ?? (await insertUser(store.db, { email, name: email, role, places, createdAt: now, passwordHash: null }))
  if (!user) throw new Refusal('conflict', 'Already invited', `${email} was invited in this moment by somebody else.`)
  return giveOut(store, clock, user.id, user.role as Role, INVITATION_DAYS)
}

/** Uses a link: the person gets the name and password, once. @throws Refusal where the link is unknown, used or expired. */
export async function redeem(
  store: Store,
  clock: Clock,
  passwords: Passwords,
  given: { token: string; name: string; password: string; email?: string | undefined },
  /** Where it is: the collector's address. */
  about: readonly string[] = [],
): Promise<User> {
  // whether there is such a link first: a stranger's guesses cost no hash
  const waiting = await linkByHash(store.db, hashSecret(given.token), clock.now())
  if (!waiting) throw usedUp()
  const known = waiting.user_id === null ? undefined : await userById(store.db, waiting.user_id)
  const passwordHash = await passwords.set(given.password, [given.name, given.email ?? known?.email ?? '', ...about])
  const link = await takeLink(store.db, hashSecret(given.token), clock.now())
  if (!link) throw usedUp()
  if (link.user_id === null) {
    const email = given.email ?? FIRST_ADMIN
    const wanted = { email, name: given.name, role: link.role, places: null, createdAt: clock.now(), passwordHash }
    const user = (await insertUser(store.db, wanted)) ?? (await resetFirst(store, email, given.name, passwordHash))
    return user
  }
  const user = await userById(store.db, link.user_id)
  if (!user || user.disabled === 1) throw usedUp()
  const changed = await changeUser(store.db, user.id, { name: given.name, password_hash: passwordHash })
  if (!changed) throw usedUp()
  // whoever signed in with the old password is signed out
  await deleteSessionsOf(store.db, user.id)
  return changed
}

/** The first admin's address exists already where an earlier admin was disabled or never finished. */
async function resetFirst(store: Store, email: string, name: string, passwordHash: string): Promise<User> {
  const known = await userByEmail(store.db, email)
  const user =
    known &&
    (await changeUser(store.db, known.id, {
      name,
      password_hash: passwordHash,
      role: 'admin',
      places: null,
      disabled: 0,
    }))
  if (!user) throw usedUp()
  return user
}

async function giveOut(store: Store, clock: Clock, userId: number | null, role: Role, days: number): Promise<Link> {
  const secret = newSecret()
  const now = clock.now()
  const expiresAt = now + days * DAY
  await store.transaction(async (tx) => {
    await deleteLinksFor(tx, userId)
    await deleteOldLinks(tx, now)
    await insertLink(tx, {
      token_hash: hashSecret(secret),
      user_id: userId,
      role,
      created_at: now,
      expires_at: expiresAt,
    })
  })
  return { path: `/welcome#${secret}`, expiresAt }
}

function usedUp(): Refusal {
  return new Refusal(
    'gone',
    'Link no longer works',
    'This link was used already or has expired. Ask an admin for a new one, or restart the collector to print one if there is no admin yet.',
  )
}
