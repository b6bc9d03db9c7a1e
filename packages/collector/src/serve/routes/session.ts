import type { Me } from '@pumphandle/shared/api'
import { seen } from '@pumphandle/shared/words'
import type { Request } from 'express'
import { Refusal } from '../../model/refusal.ts'
import { actorKey, endSession, Passwords, redeem, roleOf, signIn, startSession } from '../../people/index.ts'
import { deleteSessionsOf } from '../../store/sessions.ts'
import { changeUser, placesOf, type User } from '../../store/users.ts'
import type { AuditLog } from '../http/audit-log.ts'
import type { Call, Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { setSessionCookie } from '../http/cookies.ts'
import type { Pages } from '../live/hub.ts'

export function sessionRoutes(
  context: ServeContext,
  pages: Pages,
  audit: AuditLog,
): Handlers<'signIn' | 'redeem' | 'passwordChange' | 'signOut' | 'me'> {
  const { store, clock, config } = context
  const passwords = new Passwords()

  async function welcome(call: Call<'signIn'> | Call<'redeem'>, user: User): Promise<Me> {
    setSessionCookie(call.req, call.res, await startSession(store, clock, user.id))
    call.note(user.email, call.req.ip ?? '')
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
  async function noteFailed(req: Request, email: string): Promise<void> {
    const subject = seen(email).slice(0, 200)
    await audit.write({ actor: 'nobody', action: 'signInFailed', subject, detail: req.ip ?? '' })
  }

  return {
    async signIn(call) {
      const { email, password } = call.body
      try {
        return await welcome(call, await signIn(store, passwords, email, password))
      } catch (error) {
        if (error instanceof Refusal && error.kind === 'not-signed-in') await noteFailed(call.req, email)
        throw error
      }
    },
    async passwordChange({ actor, body, note, req, res }) {
      if (actor.kind !== 'user')
        throw new Refusal('not-allowed', 'Not a person', 'A token has no password. Sign in as the person whose it is.')
      try {
        await signIn(store, passwords, actor.email, body.current)
      } catch (error) {
        if (!(error instanceof Refusal && error.kind === 'not-signed-in')) throw error
        await noteFailed(req, actor.email)
        throw new Refusal('not-allowed', 'Wrong password', 'The current password is wrong.')
      }
      await changeUser(store.db, actor.id, { password_hash: await passwords.hash(body.password) })
      await deleteSessionsOf(store.db, actor.id)
      pages.dismiss({ actor: actorKey(actor) })
      setSessionCookie(req, res, await startSession(store, clock, actor.id))
      note(actor.email)
      return { ok: true }
    },
    redeem: async (call) => welcome(call, await redeem(store, clock, passwords, call.body)),
    async signOut({ actor, req, res, note }) {
      if (actor.kind === 'user') {
        await endSession(store, actor.session)
        pages.dismiss({ session: actor.session })
        setSessionCookie(req, res, null)
        note(actor.email)
      }
      return { ok: true }
    },
    async me({ actor }) {
      const email = actor.kind === 'user' ? actor.email : ''
      return { id: actor.id, name: actor.name, email, role: actor.role, places: actor.places, demo: config.demo }
    },
  }
}
