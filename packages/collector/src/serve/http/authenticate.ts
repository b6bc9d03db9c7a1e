import type { Route } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { isAtLeast } from '@pumphandle/shared/words'
import type { Request } from 'express'
import { Refusal } from '../../model/refusal.ts'
import { hashSecret } from '../../model/secret.ts'
import { storeFaultOf } from '../../model/store-fault.ts'
import { type Actor, actorOfSession, actorOfToken, type RecentActors } from '../../people/index.ts'
import type { LiveSettings } from '../../settings/live-settings.ts'
import type { Store } from '../../store/index.ts'
import { readSessionCookie } from './cookies.ts'

export interface Asked {
  readonly store: Store
  readonly clock: Clock
  readonly recent: RecentActors
  readonly settings: Pick<LiveSettings, 'current'>
}

/** Who asks: by API token, else by session cookie; undefined where neither is valid. */
export async function authenticate(
  { store, clock, recent, settings }: Asked,
  req: Request,
): Promise<Actor | undefined> {
  const bearer = /^Bearer ([\w-]{1,200})$/.exec(req.headers.authorization ?? '')?.[1]
  const secret = bearer ?? readSessionCookie(req)
  if (secret === undefined) return undefined
  const hash = hashSecret(secret)
  // a server that is known not to answer is not waited for
  const lately = store.fault?.kind === 'away' ? recent.recall(hash) : undefined
  if (lately) return lately
  let actor: Actor | undefined
  try {
    actor = await (bearer === undefined
      ? actorOfSession(store, clock, secret, settings.current.secondFactorFrom)
      : actorOfToken(store, clock, secret))
  } catch (error) {
    const believed = storeFaultOf(error) === undefined ? undefined : recent.recall(hash)
    if (!believed) throw error
    return believed
  }
  if (actor) recent.remember(hash, actor)
  else recent.forget(hash)
  return actor
}

/** What a route asks of who calls it. */
export type Needs = Pick<Route, 'access' | 'byPlace' | 'enrols'>

/** @throws Refusal 401 without an actor, 403 where the role, the places or the second factor are not there. */
export function checkAccess({ access, byPlace, enrols }: Needs, actor: Actor | undefined): void {
  if (access === 'public') return
  if (!actor)
    throw new Refusal(
      'not-signed-in',
      'Not signed in',
      'Sign in first, or send an API token as "Authorization: Bearer pht_...".',
    )
  if (actor.kind === 'user' && actor.owesFactor && !enrols)
    throw new Refusal(
      'not-allowed',
      'Second factor needed',
      'A second factor is asked of you here. Set up a passkey or an authenticator app first; until then nothing else is open.',
    )
  if (!isAtLeast(actor.role, access))
    throw new Refusal(
      'not-allowed',
      'Not allowed',
      `This needs the role ${access}; you have ${actor.role}. Ask an admin.`,
    )
  if (!byPlace && actor.places)
    throw new Refusal(
      'not-allowed',
      'Of the whole fleet',
      'This is for those who have the whole fleet; you have some places of it.',
    )
}

/**
 * Refuses writes that another site's page makes a browser send. SameSite=Strict keeps the cookie away from them already;
 * this also holds for subdomains and for sign-in, where there is no cookie yet.
 * @throws Refusal 403
 */
export function checkOrigin(req: Request, actor: Actor | undefined, publicUrl: string | undefined): void {
  if (actor?.kind === 'token') return
  const site = req.headers['sec-fetch-site']
  if (site !== undefined) {
    if (site === 'same-origin') return
    throw foreign()
  }
  const origin = req.headers.origin
  // no browser: curl and scripts send no Origin. They may sign in, but a cookie alone writes nothing for them
  if (origin === undefined && actor === undefined) return
  const from = origin !== undefined && URL.canParse(origin) ? new URL(origin) : undefined
  // over TLS a page without it is another site's, whatever it calls itself: anybody on the way may have written it
  const isOwn = from?.host === req.host && (from.protocol === 'https:' || !req.secure)
  const isPublic = publicUrl !== undefined && from?.origin === new URL(publicUrl).origin
  if (!isOwn && !isPublic) throw foreign()
}

function foreign(): Refusal {
  return new Refusal(
    'not-allowed',
    'Foreign origin',
    'This write does not come from the dashboard itself. Programs use an API token instead of a session cookie.',
  )
}
