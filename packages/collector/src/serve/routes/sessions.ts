import type { Me } from '@pumphandle/shared/api'
import { browserOf } from '../../model/browser.ts'
import { notFound } from '../../model/refusal.ts'
import { hashSecret } from '../../model/secret.ts'
import {
  type Actor,
  actorOfSession,
  type Beginning,
  type EndedAtProvider,
  endSession,
  startSession,
} from '../../people/index.ts'
import { deleteSessionsOf, sessionsOf, sessionsOfProvider } from '../../store/sessions.ts'
import { type User, userById, userByIdentity } from '../../store/users.ts'
import type { Call, Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { readSessionCookie, setSessionCookie } from '../http/cookies.ts'
import type { Pages } from '../live/hub.ts'
import { personOf } from './account.ts'

/** Of one's own sessions, all but this. */
const OTHERS = 'others'
/** Of a session's hash, which is no secret either. */
const ID_DIGITS = 16
const idOf = (hash: string) => hashSecret(hash).slice(0, ID_DIGITS)

/** Begins the session of who proved themselves; the one that this browser had ends. @throws Error for a person who is gone */
export async function beginSession(
  { store, clock, settings, config }: ServeContext,
  { req, res }: Pick<Call<'signIn'>, 'req' | 'res'>,
  user: User,
  means: Beginning['means'],
  providerSession?: string,
): Promise<Me> {
  const before = readSessionCookie(req)
  if (before !== undefined) await endSession(store, hashSecret(before))
  const secret = await startSession(store, clock, user.id, {
    means,
    address: req.ip ?? '',
    browser: browserOf(req.headers['user-agent']),
    providerSession,
  })
  setSessionCookie(req, res, secret)
  const actor = await actorOfSession(store, clock, secret, settings.current.secondFactorFrom)
  if (!actor) throw new Error('A session ended in the moment that it began')
  return meOf(actor, config.demo)
}

export function meOf(actor: Actor, demo: boolean): Me {
  const { id, name, role, places } = actor
  const isPerson = actor.kind === 'user'
  return { id, name, email: isPerson ? actor.email : '', role, places, demo, owesFactor: isPerson && actor.owesFactor }
}

type Prove = (actor: Actor, password: string, ip: string | undefined) => Promise<void>

/** Where people are signed in, and how that is ended. */
export function sessionsRoutes(
  { store }: ServeContext,
  pages: Pages,
  prove: Prove,
): Handlers<'sessions' | 'sessionEnd'> {
  return {
    async sessions({ actor }) {
      if (actor.kind !== 'user') return { items: [] }
      const items = (await sessionsOf(store.reader, actor.id)).map((row) => ({
        id: idOf(row.token_hash),
        isThis: row.token_hash === actor.session,
        startedAt: row.created_at,
        lastSeen: row.last_seen,
        expiresAt: row.expires_at,
        address: row.address,
        browser: row.browser,
      }))
      return { items }
    },

    async sessionEnd({ actor, path: { id }, body, req, note }) {
      const person = personOf(actor)
      // the organisation's accounts prove themselves at its provider
      if ((await userById(store.db, person.id))?.password_hash != null) await prove(actor, body.password ?? '', req.ip)
      const own = await sessionsOf(store.db, person.id)
      const ending = own.filter(({ token_hash: hash }) => (id === OTHERS ? hash !== person.session : idOf(hash) === id))
      if (id !== OTHERS && ending.length === 0) throw notFound('session', id)
      for (const { token_hash: hash } of ending) {
        await endSession(store, hash)
        pages.dismiss({ session: hash })
      }
      note(person.email, `${ending.length} ended`)
      return { ok: true }
    },
  }
}

/**
 * Ends what the organisation's provider says has ended: the sessions of that sign-in, or, where none is known of it, all of that
 * person, who began them there.
 * @returns the person, where one is known, and how many sessions ended
 */
export async function endSessionsOfProvider(
  { store }: Pick<ServeContext, 'store'>,
  pages: Pages,
  { issuer, subject, session }: EndedAtProvider,
): Promise<{ readonly user: User | undefined; readonly ended: number }> {
  const user = subject === undefined ? undefined : await userByIdentity(store.db, issuer, subject)
  if (subject !== undefined && !user) return { user, ended: 0 }
  const ofSignIn =
    session === undefined
      ? []
      : await sessionsOfProvider(store.db, { issuer, session, ...(user && { userId: user.id }) })
  for (const { token_hash: hash } of ofSignIn) {
    await endSession(store, hash)
    pages.dismiss({ session: hash })
  }
  const [first] = ofSignIn
  if (first) return { user: user ?? (await userById(store.db, first.user_id)), ended: ofSignIn.length }
  return { user, ended: user ? await endSessionsOf({ store }, pages, user.id) : 0 }
}

/** Ends sessions of a person, and the pages that are open in them; those of a browser that goes on open anew by themselves. */
export async function endSessionsOf(
  { store }: Pick<ServeContext, 'store'>,
  pages: Pages,
  user: number,
  but?: string,
): Promise<number> {
  const ended = await deleteSessionsOf(store.db, user, but)
  pages.dismiss({ actor: `user:${user}` })
  return ended
}
