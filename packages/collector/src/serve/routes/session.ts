import type { Me } from '@pumphandle/shared/api'
import { endSession, Passwords, redeem, roleOf, signIn, startSession } from '../../people/index.ts'
import type { User } from '../../store/users.ts'
import type { Call, Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { setSessionCookie } from '../http/cookies.ts'
import type { LiveHub } from '../live/hub.ts'

export function sessionRoutes(context: ServeContext, hub: LiveHub): Handlers<'signIn' | 'redeem' | 'signOut' | 'me'> {
  const { store, clock, config } = context
  const passwords = new Passwords()

  async function welcome(call: Call<'signIn'> | Call<'redeem'>, user: User): Promise<Me> {
    setSessionCookie(call.req, call.res, await startSession(store, clock, user.id))
    call.note(user.email)
    return { id: user.id, name: user.name, email: user.email, role: roleOf(user.role), demo: config.demo }
  }

  return {
    signIn: async (call) => welcome(call, await signIn(store, passwords, call.body.email, call.body.password)),
    redeem: async (call) => welcome(call, await redeem(store, clock, passwords, call.body)),
    async signOut({ actor, req, res, note }) {
      if (actor.kind === 'user') {
        await endSession(store, actor.session)
        hub.dismiss({ session: actor.session })
        setSessionCookie(req, res, null)
        note(actor.email)
      }
      return { ok: true }
    },
    async me({ actor }) {
      const email = actor.kind === 'user' ? actor.email : ''
      return { id: actor.id, name: actor.name, email, role: actor.role, demo: config.demo }
    },
  }
}
