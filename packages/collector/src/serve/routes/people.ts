import type { Places, UserRow } from '@pumphandle/shared/api'
import { publicAddress } from '../../model/address.ts'
import { placesInWords, storedPlaces } from '../../model/places.ts'
import { notFound, Refusal } from '../../model/refusal.ts'
import { type Actor, actorName, invite, newApiToken, personOf, roleOf, tokenRow } from '../../people/index.ts'
import { checkPlaces, covers, placesByName } from '../../places/sites.ts'
import { listApiTokens, revokeApiToken } from '../../store/api-tokens.ts'
import { deleteSecondFactors, factorCounts } from '../../store/second-factors.ts'
import { deleteSessionsOf } from '../../store/sessions.ts'
import { changeUser, countAdmins, listUsers, placesOf, type User, userByEmail, userById } from '../../store/users.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idOf } from '../http/parse.ts'
import type { Pages } from '../live/hub.ts'
import { endSessionsOf } from './sessions.ts'

type Names =
  | 'users'
  | 'invite'
  | 'userChange'
  | 'userFactorsReset'
  | 'userSignOut'
  | 'tokens'
  | 'tokenAdd'
  | 'tokenDelete'

export function peopleRoutes(context: ServeContext, pages: Pages): Handlers<Names> {
  const { book, store, clock } = context

  /** Whether it is somebody within the actor's own places. */
  const isMine = (actor: Actor, user: Pick<User, 'id' | 'places'>) =>
    covers(actor.places, placesOf(user.id, user.places), () => book.all())

  /** @throws Refusal 403 for places that are not the actor's to give */
  function checkMine(actor: Actor, places: Places | null): void {
    if (!covers(actor.places, places, () => book.all()))
      throw new Refusal(
        'not-allowed',
        'Not your places',
        'You can give no more than the places that you have yourself.',
      )
  }

  return {
    users: async ({ actor }) => ({
      items: (await listUsers(store.reader))
        .filter((user) => isMine(actor, user))
        .map(userRow(await factorCounts(store.reader))),
    }),

    async invite({ actor, body, req, note }) {
      const { email, role } = body
      const places = placesByName(body.places, book.all())
      checkMine(actor, places)
      checkPlaces(places, book.all())
      // a link sets the password of an account that is there
      const known = await userByEmail(store.db, email)
      if (known && !isMine(actor, known)) checkMine(actor, null)
      const link = await invite(store, clock, email, role, places)
      note(email, `role ${role}${placesInWords(places)}`)
      return { link: `${publicAddress(context.config, req)}${link.path}`, expiresAt: link.expiresAt }
    },

    async userChange({ actor, path, body, note }) {
      const id = idOf(path.id, 'user')
      const user = await userById(store.db, id)
      if (!user || !isMine(actor, user)) throw notFound('user', id)
      const places = body.places === undefined ? placesOf(id, user.places) : placesByName(body.places, book.all())
      checkMine(actor, places)
      if (body.places) checkPlaces(places, book.all())
      const role = body.role ?? user.role
      const disabled = body.disabled === undefined ? user.disabled : body.disabled ? 1 : 0
      const isAdmin = user.role === 'admin' && user.disabled === 0 && user.places === null
      const losesAdmin = isAdmin && (role !== 'admin' || disabled === 1 || places !== null)
      if (losesAdmin && user.password_hash !== null && (await countAdmins(store.db)) <= 1)
        throw new Refusal(
          'conflict',
          'Last admin',
          `${user.email} is the only admin. Make somebody else an admin first.`,
        )
      const changed = await changeUser(store.db, id, { role, places: storedPlaces(places), disabled })
      if (!changed) throw notFound('user', id)
      if (disabled === 1) await deleteSessionsOf(store.db, id)
      // a stream keeps the rights that it began with: it has to begin again
      pages.dismiss({ countedAs: `person:${id}` })
      note(user.email, `role ${role}${placesInWords(places)}${disabled === 1 ? ', disabled' : ''}`)
      return userRow(await factorCounts(store.reader))(changed)
    },

    async userFactorsReset({ actor, path, note }) {
      const id = idOf(path.id, 'user')
      const user = await userById(store.db, id)
      if (!user || !isMine(actor, user)) throw notFound('user', id)
      note(user.email, `${await deleteSecondFactors(store.db, id)} taken off`)
      await endSessionsOf(context, pages, id)
      return { ok: true }
    },

    async userSignOut({ actor, path, note }) {
      const id = idOf(path.id, 'user')
      const user = await userById(store.db, id)
      if (!user || !isMine(actor, user)) throw notFound('user', id)
      note(user.email, `${await endSessionsOf(context, pages, id)} ended`)
      return { ok: true }
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
      pages.dismiss({ actor: `token:${id}` })
      note(`token ${id}`)
      return { ok: true }
    },
  }
}

const userRow =
  (factors: ReadonlyMap<number, number>) =>
  (user: User): UserRow => ({
    id: user.id,
    name: user.name,
    email: user.email,
    role: roleOf(user.role),
    places: placesOf(user.id, user.places),
    createdAt: user.created_at,
    lastSeen: user.last_seen,
    invited: user.password_hash === null && user.subject === null,
    organisation: user.subject !== null,
    factors: factors.get(user.id) ?? 0,
    disabled: user.disabled === 1,
  })
