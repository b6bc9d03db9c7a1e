import { perMinute, RateByKey } from '@pumphandle/shared/flow'
import type { Request } from 'express'
import { Refusal, tooOften } from '../../model/refusal.ts'
import { signedText, signText } from '../../model/signed-text.ts'
import { accountOf, type Oidc } from '../../people/index.ts'
import { addressOf } from '../http/address.ts'
import type { AuditLog } from '../http/audit-log.ts'
import type { Call, Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { readBeginCookie, setBeginCookie } from '../http/cookies.ts'
import { SIGN_IN_FAILURES_PER_ADDRESS, SIGN_IN_WINDOW_MS } from '../http/limits.ts'
import type { Pages } from '../live/hub.ts'
import { beginSession, endSessionsOfProvider } from './sessions.ts'

/** Sign-ins that begin and come back from one address in a minute, each way: an office that begins at nine. */
const WAYS_PER_MINUTE = 300
/** Failures of one address that the audit log has, as of those with a password; the collector's own log has all. */
const FAILURES_SAID = {
  burst: SIGN_IN_FAILURES_PER_ADDRESS,
  perSecond: (SIGN_IN_FAILURES_PER_ADDRESS * 1000) / SIGN_IN_WINDOW_MS,
}

/** What a refusal is signed for, which the page shows. */
const REFUSED = 'sign-in refused'

type Names = 'organisationLeft' | 'signInWays' | 'organisationBegin' | 'organisationReturn' | 'organisationEnd'

/** Sign-in with the organisation's accounts: the browser goes to the provider and comes back. */
export function organisationRoutes(
  context: ServeContext,
  oidc: Oidc | undefined,
  pages: Pages,
  audit: AuditLog,
): Handlers<Names> {
  const { store, clock, config, linkKey, log } = context
  const grants = config.oidc?.grants ?? []
  const ways = new RateByKey(perMinute(WAYS_PER_MINUTE))
  const failures = new RateByKey(FAILURES_SAID)

  /** Anybody may begin and come back, which asks the provider something: whoever does nothing else is slowed down. */
  function slowDown(way: 'begin' | 'return' | 'left', req: Request): void {
    if (ways.take(`${way} ${addressOf(req)}`, clock.now())) return
    throw tooOften('Too many sign-ins', 'Too many sign-ins begin at your address. Wait a minute.', 60)
  }

  function provider(): Oidc {
    if (oidc) return oidc
    throw new Refusal('unknown', 'No provider', 'This collector has no provider of sign-ins. Sign in with a password.')
  }

  /** A browser on its way cannot read a problem document: the page says it. */
  async function tell({ res }: Call<'organisationBegin'> | Call<'organisationReturn'>, error: unknown): Promise<void> {
    if (!(error instanceof Refusal)) throw error
    // signed, or anybody's link would put words onto the page where people type their passwords
    const said = signText(await linkKey(), REFUSED, error.message)
    res.redirect(303, `/?refused=${encodeURIComponent(said)}`)
  }

  return {
    async signInWays({ query: { refused } }) {
      const said = refused === undefined ? undefined : signedText(await linkKey(), REFUSED, refused)
      return { organisation: oidc?.name ?? null, refused: said ?? null }
    },

    async organisationBegin(call) {
      const { req, res } = call
      try {
        slowDown('begin', req)
        const { url, binding } = await provider().begin()
        setBeginCookie(req, res, binding)
        res.redirect(303, url)
      } catch (error) {
        await tell(call, error)
      }
    },

    async organisationReturn(call) {
      const { req, res } = call
      const binding = readBeginCookie(req)
      setBeginCookie(req, res, null)
      let email = 'somebody'
      try {
        slowDown('return', req)
        const identity = await provider().finish(req.originalUrl.split('?')[1] ?? '', binding)
        ;({ email } = identity)
        const { user, isOther } = await accountOf(store, clock.now(), identity, grants)
        // who has other places or another role now does not keep the stream of before, nor do their tokens
        if (isOther) pages.dismiss({ countedAs: `person:${user.id}` })
        await beginSession(context, call, user, 'organisation', identity.session)
        const detail = `${req.ip ?? ''} ${provider().name}`
        await audit.write({ actor: `${user.name} <${user.email}>`, action: 'signIn', subject: user.email, detail })
        res.redirect(303, '/')
      } catch (error) {
        log.info({ why: (error as Error).message }, 'a sign-in by the provider was refused')
        if (oidc && failures.take(addressOf(req), clock.now()))
          await audit.write({ actor: 'nobody', action: 'signInFailed', subject: email, detail: req.ip ?? '' })
        await tell(call, error)
      }
    },

    async organisationLeft({ req, res }) {
      slowDown('left', req)
      const ended = await provider().left(req.originalUrl.split('?')[1] ?? '')
      const { user, ended: sessions } = await endSessionsOfProvider(context, pages, ended)
      if (user && sessions > 0) {
        const detail = `${sessions} ended by ${provider().name}, in a browser`
        await audit.write({ actor: user.email, action: 'organisationLeft', subject: user.email, detail })
      }
      // the same answer for one that is not known: nobody learns which there are
      res.status(200).set('Cache-Control', 'no-store').type('html').send('')
    },

    async organisationEnd({ body, note }) {
      const { user, ended } = await endSessionsOfProvider(context, pages, await provider().ended(body.logout_token))
      note(user?.email ?? 'somebody', `${ended} ended by ${provider().name}`)
      return { ok: true }
    },
  }
}
