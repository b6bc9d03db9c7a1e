import type { Me, SignedIn } from '@pumphandle/shared/api'
import { seen } from '@pumphandle/shared/words'
import { publicAddress } from '../../model/address.ts'
import { Refusal } from '../../model/refusal.ts'
import {
  type Actor,
  actorKey,
  endSession,
  type Oidc,
  Passkeys,
  Passwords,
  redeem,
  roleOf,
  SecondFactors,
  signIn,
  startSession,
} from '../../people/index.ts'
import { secondFactorsOf } from '../../store/second-factors.ts'
import { deleteSessionsOf } from '../../store/sessions.ts'
import { changeUser, emailKey, placesOf, type User, userById } from '../../store/users.ts'
import type { AuditLog } from '../http/audit-log.ts'
import type { Call, Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { setSessionCookie } from '../http/cookies.ts'
import type { Pages } from '../live/hub.ts'
import { accountRoutes, personOf } from './account.ts'

export function sessionRoutes(context: ServeContext, pages: Pages, audit: AuditLog, oidc: Oidc | undefined) {
  const { store, clock, config } = context
  const passwords = new Passwords()
  const factors = new SecondFactors(store, clock)
  const passkeys = new Passkeys(store, clock)

  async function welcome(call: Call<'signIn'> | Call<'redeem'>, user: User): Promise<Me> {
    setSessionCookie(call.req, call.res, await startSession(store, clock, user.id))
    call.note(user.email, `${call.req.ip ?? ''}${config.breakGlass ? ' break-glass' : ''}`)
    return {
      id: user.id,
      name: user.name,
      email: user.email,
      role: roleOf(user.role),
      places: placesOf(user.id, user.places),
      demo: config.demo,
    }
  }

  /** Somebody was refused: as whom, and from where. The limits of sign-ins bound how many. */
  async function noteFailed(ip: string | undefined, email: string): Promise<void> {
    const subject = seen(email).slice(0, 200)
    await audit.write({ actor: 'nobody', action: 'signInFailed', subject, detail: ip ?? '' })
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

  /** Who proved their password, and where they have a second factor that too; undefined where it is still to be given. */
  async function second(call: Call<'signIn'>, user: User): Promise<SignedIn['step']> {
    const own = await secondFactorsOf(store.db, user.id)
    if (own.length === 0) return null
    const { code, passkey } = call.body
    const address = publicAddress(config, call.req)
    if (code === undefined && passkey === undefined) {
      const options = await passkeys.toUse(address, user.id, own)
      return { app: own.some((factor) => factor.kind === 'totp'), passkey: options ?? null }
    }
    const isRight =
      code === undefined
        ? await passkeys.isRight(address, user.id, own, passkey)
        : await factors.isRight(user.id, own, code)
    if (isRight) return null
    throw new Refusal('not-signed-in', 'Not signed in', 'The second factor is wrong, or was used already. Try again.')
  }

  const handlers: Handlers<'signIn' | 'redeem' | 'passwordChange' | 'signOut' | 'me'> = {
    async signIn(call) {
      const { email, password } = call.body
      try {
        if (config.breakGlass && !config.breakGlass.includes(emailKey(email)))
          throw new Refusal('not-signed-in', 'Not signed in', 'Sign in with your organisation’s account.')
        const user = await signIn(store, passwords, email, password)
        const step = await second(call, user)
        if (!step) return { me: await welcome(call, user), step: null }
        call.note(user.email, `${call.req.ip ?? ''} password only`)
        return { me: null, step }
      } catch (error) {
        if (error instanceof Refusal && error.kind === 'not-signed-in') await noteFailed(call.req.ip, email)
        throw error
      }
    },
    async passwordChange({ actor, body, note, req, res }) {
      const { id, email } = personOf(actor)
      await prove(actor, body.current, req.ip)
      await changeUser(store.db, id, { password_hash: await passwords.hash(body.password) })
      await deleteSessionsOf(store.db, id)
      pages.dismiss({ actor: actorKey(actor) })
      setSessionCookie(req, res, await startSession(store, clock, id))
      note(email)
      return { ok: true }
    },
    async redeem(call) {
      const user = await redeem(store, clock, passwords, call.body)
      // a link sets the password, and stands for no second factor
      if ((await secondFactorsOf(store.db, user.id)).length === 0) return welcome(call, user)
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
      note(actor.email)
      const isOrganisations = (await userById(store.db, actor.id))?.subject != null
      return { ok: true, next: (isOrganisations && (await oidc?.signOutUrl())) || null }
    },
    async me({ actor }) {
      const email = actor.kind === 'user' ? actor.email : ''
      return { id: actor.id, name: actor.name, email, role: actor.role, places: actor.places, demo: config.demo }
    },
  }
  return { ...handlers, ...accountRoutes(context, { factors, passkeys, prove }) }
}
