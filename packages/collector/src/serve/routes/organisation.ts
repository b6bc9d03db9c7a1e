import { Refusal } from '../../model/refusal.ts'
import { accountOf, type Oidc } from '../../people/index.ts'
import type { AuditLog } from '../http/audit-log.ts'
import type { Call, Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { readBeginCookie, setBeginCookie } from '../http/cookies.ts'
import type { Pages } from '../live/hub.ts'
import { beginSession, endSessionsOfProvider } from './sessions.ts'

type Names = 'signInWays' | 'organisationBegin' | 'organisationReturn' | 'organisationEnd'

/** Sign-in with the organisation's accounts: the browser goes to the provider and comes back. */
export function organisationRoutes(
  context: ServeContext,
  oidc: Oidc | undefined,
  pages: Pages,
  audit: AuditLog,
): Handlers<Names> {
  const { store, clock, config, log } = context
  const grants = config.oidc?.grants ?? []

  function provider(): Oidc {
    if (oidc) return oidc
    throw new Refusal('unknown', 'No provider', 'This collector has no provider of sign-ins. Sign in with a password.')
  }

  /** A browser on its way cannot read a problem document: the page says it. */
  function tell({ res }: Call<'organisationBegin'> | Call<'organisationReturn'>, error: unknown): void {
    if (!(error instanceof Refusal)) throw error
    res.redirect(303, `/?refused=${encodeURIComponent(error.message)}`)
  }

  return {
    signInWays: async () => ({ organisation: oidc?.name ?? null }),

    async organisationBegin(call) {
      const { req, res } = call
      try {
        const { url, binding } = await provider().begin()
        setBeginCookie(req, res, binding)
        res.redirect(303, url)
      } catch (error) {
        tell(call, error)
      }
    },

    async organisationReturn(call) {
      const { req, res } = call
      const binding = readBeginCookie(req)
      setBeginCookie(req, res, null)
      let email = 'somebody'
      try {
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
        await audit.write({ actor: 'nobody', action: 'signInFailed', subject: email, detail: req.ip ?? '' })
        tell(call, error)
      }
    },

    async organisationEnd({ body, note }) {
      const { user, ended } = await endSessionsOfProvider(context, pages, await provider().ended(body.logout_token))
      note(user?.email ?? 'somebody', `${ended} ended by ${provider().name}`)
      return { ok: true }
    },
  }
}
