import type { UserRow } from '@pumphandle/shared/api'
import { publicAddress } from '../../model/address.ts'
import { notFound, Refusal } from '../../model/refusal.ts'
import { actorName, invite, newApiToken, personOf, roleOf, tokenRow } from '../../people/index.ts'
import { apiTokensOf, listApiTokens, revokeApiToken } from '../../store/api-tokens.ts'
import { deleteSessionsOf } from '../../store/sessions.ts'
import { changeUser, countAdmins, listUsers, type User, userById } from '../../store/users.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idOf } from '../http/parse.ts'
import type { LiveHub } from '../live/hub.ts'

type Names = 'users' | 'invite' | 'userChange' | 'tokens' | 'tokenAdd' | 'tokenDelete'

export function peopleRoutes(context: ServeContext, hub: LiveHub): Handlers<Names> {
  const { store, clock } = context
  return {
    users: async () => ({ items: (await listUsers(store.reader)).map(userRow) }),

    async invite({ body, req, note }) {
      const link = await invite(store, clock, body.email, body.role)
      note(body.email, `role ${body.role}`)
      return { link: `${publicAddress(context.config, req)}${link.path}`, expiresAt: link.expiresAt }
    },

    async userChange({ path, body, note }) {
      const id = idOf(path.id, 'user')
      const user = await userById(store.db, id)
      if (!user) throw notFound('user', id)
      const role = body.role ?? user.role
      const disabled = body.disabled === undefined ? user.disabled : body.disabled ? 1 : 0
      const losesAdmin = user.role === 'admin' && user.disabled === 0 && (role !== 'admin' || disabled === 1)
      if (losesAdmin && user.password_hash !== null && (await countAdmins(store.db)) <= 1)
        throw new Refusal(
          'conflict',
          'Last admin',
          `${user.email} is the only admin. Make somebody else an admin first.`,
        )
      const changed = await changeUser(store.db, id, { role, disabled })
      if (!changed) throw notFound('user', id)
      if (disabled === 1) await deleteSessionsOf(store.db, id)
      // a stream keeps the rights that it began with: it has to begin again
      hub.dismiss({ actor: `user:${id}` })
      for (const token of await apiTokensOf(store.reader, id)) hub.dismiss({ actor: `token:${token}` })
      note(user.email, `role ${role}${disabled === 1 ? ', disabled' : ''}`)
      return userRow(changed)
    },

    tokens: async () => ({ items: (await listApiTokens(store.reader)).map(tokenRow) }),

    async tokenAdd({ body, actor, note }) {
      const createdBy = actorName(actor)
      const { row, secret } = await newApiToken(store, clock, { ...body, createdBy, userId: personOf(actor) })
      note(body.name, `scope ${body.scope}, ${body.days} days`)
      return { ...row, secret }
    },

    async tokenDelete({ path, note }) {
      const id = idOf(path.id, 'token')
      if (!(await revokeApiToken(store.db, id))) throw notFound('token', id)
      hub.dismiss({ actor: `token:${id}` })
      note(`token ${id}`)
      return { ok: true }
    },
  }
}

function userRow(user: User): UserRow {
  return {
    id: user.id,
    name: user.name,
    email: user.email,
    role: roleOf(user.role),
    createdAt: user.created_at,
    lastSeen: user.last_seen,
    invited: user.password_hash === null,
    disabled: user.disabled === 1,
  }
}
