import type { Me, SignedIn } from '@pumphandle/shared/api'
import { MINUTE } from '@pumphandle/shared/time'
import { seen } from '@pumphandle/shared/words'
import { publicAddress } from '../../model/address.ts'
import { notFound, Refusal } from '../../model/refusal.ts'
import {
  type Actor,
  endSession,
  type Oidc,
  Passkeys,
  RecoveryCodes,
  redeem,
  SecondFactors,
  signIn,
} from '../../people/index.ts'
import { secondFactorsOf } from '../../store/second-factors.ts'
import { changeUser, emailKey, type User, userById } from '../../store/users.ts'
import type { AuditLog } from '../http/audit-log.ts'
import type { Call, Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { setSessionCookie } from '../http/cookies.ts'
import type { Pages } from '../live/hub.ts'
import { accountRoutes, type Person, personOf } from './account.ts'
import { beginSession, endSessionsOf, meOf, sessionsRoutes } from './sessions.ts'

/** Whoever signed in so lately proves themselves by the password alone. */
const PROVEN_MS = 15 * MINUTE

export function sessionRoutes(context: ServeContext, pages: Pages, audit: AuditLog, oidc: Oidc | undefined) {
  const { store, clock, config, passwords, seals } = context
  const factors = new SecondFactors(store, clock, seals, new RecoveryCodes(store, passwords))
  const passkeys = new Passkeys(store, clock)

  /** @param means that proved the person, for the audit log */
  async function welcome(call: Call<'signIn'> | Call<'redeem'>, user: User, means: string): Promise<Me> {
    const me = await beginSession(context, call, user, 'password')
    call.note(user.email, `${call.req.ip ?? ''} ${means}${config.breakGlass ? ' break-glass' : ''}`)
    return me
  }

  /** Somebody was refused: as whom, and from where. The limits of sign-ins bound how many. */
  async function noteFailed(ip: string | undefined, email: string): Promise<void> {
    const subject = seen(email).slice(0, 200)
    await audit.write({ actor: 'nobody', action: 'signInFailed', subject, detail: ip ?? '' })
  }

  /** Before what proves a person becomes another: the password, and where there is a second factor, it too, lately. */
  async function proveAll(actor: Actor, password: string, ip: string | undefined): Promise<void> {
    await prove(actor, password, ip)
    const { id, provenAt } = personOf(actor)
    if (clock.now() - provenAt < PROVEN_MS || (await secondFactorsOf(store.db, id)).length === 0) return
    throw new Refusal(
      'not-allowed',
      'Sign in again',
      'This needs your second factor too: sign out, sign in with it, and do this within 15 minutes.',
    )
  }

  async function prove(actor: Actor, password: string, ip: string | undefined): Promise<void> {
    const { email } = personOf(actor)
    try {
      await signIn(store, passwords, email, password)
    } catch (error) {
      if (!(error instanceof Refusal && error.kind === 'not-signed-in')) throw error
      await noteFailed(ip, email)
      throw new Refusal('not-allowed', 'Wrong password', 'The current password is wrong.')
    }
  }

  /** What proved who gave the right password: it alone, or a second factor beside it; or what is still to be given. */
  async function second(
    call: Call<'signIn'>,
    user: User,
  ): Promise<{ readonly step: NonNullable<SignedIn['step']> } | { readonly means: string }> {
    const own = await secondFactorsOf(store.db, user.id)
    if (own.length === 0) return { means: 'password' }
    const { code, passkey } = call.body
    const address = publicAddress(config, call.req)
    if (code === undefined && passkey === undefined) {
      const options = await passkeys.toUse(address, user.id, own)
      return { step: { app: own.some((factor) => factor.kind === 'totp'), passkey: options ?? null } }
    }
    const means =
      code === undefined
        ? (await passkeys.isRight(address, user.id, own, passkey)) && 'passkey'
        : await factors.meansOf(user.id, own, code)
    if (means) return { means: `password and ${means}` }
    throw new Refusal('not-signed-in', 'Not signed in', 'The second factor is wrong, or was used already. Try again.')
  }

  const handlers: Handlers<'signIn' | 'redeem' | 'passwordChange' | 'signOut' | 'me'> = {
    async signIn(call) {
      const { email, password } = call.body
      try {
        if (config.breakGlass && !config.breakGlass.includes(emailKey(email)))
          throw new Refusal('not-signed-in', 'Not signed in', 'Sign in with your organisation’s account.')
        const user = await signIn(store, passwords, email, password)
        const found = await second(call, user)
        if ('means' in found) return { me: await welcome(call, user, found.means), step: null }
        call.note(user.email, `${call.req.ip ?? ''} password only`)
        return { me: null, step: found.step }
      } catch (error) {
        if (error instanceof Refusal && error.kind === 'not-signed-in') await noteFailed(call.req.ip, email)
        throw error
      }
    },
    async passwordChange(call) {
      const { actor, body, note, req } = call
      const { id, email, name } = personOf(actor)
      await proveAll(actor, body.current, req.ip)
      const hash = await passwords.set(body.password, [name, email, publicAddress(config, req)])
      const user = await changeUser(store.db, id, { password_hash: hash })
      if (!user) throw notFound('account', email)
      await endSessionsOf(context, pages, id)
      await beginSession(context, call, user, 'password')
      note(email)
      return { ok: true }
    },
    async redeem(call) {
      const user = await redeem(store, clock, passwords, call.body, [publicAddress(config, call.req)])
      // whoever was signed in before is not any more
      pages.dismiss({ actor: `user:${user.id}` })
      // a link sets the password, and stands for no second factor
      if ((await secondFactorsOf(store.db, user.id)).length === 0) return welcome(call, user, 'link')
      throw new Refusal(
        'not-signed-in',
        'Password set',
        'Your password is set. Sign in with it and your second factor.',
      )
    },
    async signOut({ actor, req, res, note }) {
      if (actor.kind !== 'user') return { ok: true, next: null }
      await endSession(store, actor.session)
      pages.dismiss({ session: actor.session })
      setSessionCookie(req, res, null)
      if (req.secure) res.setHeader('Clear-Site-Data', '"cache", "storage"')
      note(actor.email)
      const isOrganisations = (await userById(store.db, actor.id))?.subject != null
      return { ok: true, next: (isOrganisations && (await oidc?.signOutUrl())) || null }
    },
    me: async ({ actor }) => meOf(actor, config.demo),
  }
  const onChange = (person: Person) => endSessionsOf(context, pages, person.id, person.session)
  return {
    ...handlers,
    ...sessionsRoutes(context, pages, prove),
    ...accountRoutes(context, { factors, passkeys, prove: proveAll, onChange }),
  }
}
