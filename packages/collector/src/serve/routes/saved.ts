import type { SavedQuery } from '@pumphandle/shared/api'
import { notFound, Refusal } from '../../model/refusal.ts'
import { actorName, personOf } from '../../people/index.ts'
import { readQuery } from '../../search/read-query.ts'
import {
  deleteSavedQuery,
  follow,
  followedBy,
  followers,
  insertSavedQuery,
  type SavedQueryRow,
  savedQueries,
  setWasEmpty,
} from '../../store/saved-queries.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idOf } from '../http/parse.ts'

/** Each is asked when the list is: a list of this length takes some 0.1 s in a fleet of 100,000. */
const MOST = 100
/** Of the console's own tokens. */
const NOBODY = -1

/** Questions that are kept, for everybody. */
export function savedQueryRoutes({
  store,
  clock,
  config,
  index,
}: ServeContext): Handlers<'savedQueries' | 'savedQueryAdd' | 'savedQueryFollow' | 'savedQueryDelete'> {
  const rowOf = async (
    { id, name, q, pinned, told, for_places: forPlaces, ...row }: SavedQueryRow,
    followed: ReadonlySet<number>,
  ): Promise<SavedQuery> => ({
    id,
    name,
    q,
    pinned: pinned === 1,
    told: told === 1,
    forPlaces: forPlaces === 1,
    followed: followed.has(id),
    createdBy: row.created_by,
    createdAt: row.created_at,
    machines: await count(q),
  })
  /** Machines that it finds among those that are seen from here; null where it is not understood any more. */
  async function count(q: string): Promise<number | null> {
    try {
      await index.sync()
      return (await index.search(readQuery(q))).count()
    } catch {
      return null
    }
  }
  return {
    async savedQueries({ actor }) {
      const followed = await followedBy(store.reader, personOf(actor) ?? NOBODY)
      const items: SavedQuery[] = []
      for (const row of await savedQueries(store.reader)) items.push(await rowOf(row, followed))
      return { items }
    },

    async savedQueryAdd({ body: { name, q, pinned, told, forPlaces }, actor, note }) {
      readQuery(q)
      if ((await savedQueries(store.db)).length >= MOST)
        throw new Refusal('conflict', 'Too many', `There are ${MOST} saved questions already. Remove one first.`)
      const row = await insertSavedQuery(store.db, {
        name,
        q,
        created_by: actorName(actor),
        created_at: clock.now(),
        pinned: pinned ? 1 : 0,
        told: told ? 1 : 0,
        for_places: forPlaces ? 1 : 0,
        // who saves it sees what it finds now
        was_empty: (await count(q)) === 0 ? 1 : 0,
      })
      note(name, q)
      index.groupsChanged()
      await index.sync()
      return rowOf(row, new Set())
    },

    async savedQueryFollow({ path, body, actor }) {
      const id = idOf(path.id, 'saved question')
      const row = (await savedQueries(store.db)).find((one) => one.id === id)
      if (!row) throw notFound('saved question', id)
      if (actor.kind !== 'user')
        throw new Refusal('not-allowed', 'For people', 'A token has no email address: sign in to follow a question.')
      if (body.follow && config.mail === undefined)
        throw new Refusal(
          'conflict',
          'No email yet',
          'This collector cannot send email: an admin sets PUMPHANDLE_SMTP and PUMPHANDLE_MAIL_FROM.',
        )
      const isFirst = row.told === 0 && !(await followers(store.db)).has(id)
      // nobody looked at it so far; who follows it now sees what it finds now
      if (body.follow && isFirst) await setWasEmpty(store.db, id, (await count(row.q)) === 0)
      await follow(store.db, id, actor.id, body.follow)
      return rowOf(row, await followedBy(store.db, actor.id))
    },

    async savedQueryDelete({ path, note }) {
      const id = idOf(path.id, 'saved question')
      if (!(await deleteSavedQuery(store.db, id))) throw notFound('saved question', id)
      note(`saved question ${id}`)
      index.groupsChanged()
      await index.sync()
      return { ok: true }
    },
  }
}
