import type { SavedQuery } from '@pumphandle/shared/api'
import { notFound, Refusal } from '../../model/refusal.ts'
import { actorName } from '../../people/index.ts'
import { readQuery } from '../../search/read-query.ts'
import { deleteSavedQuery, insertSavedQuery, type SavedQueryRow, savedQueries } from '../../store/saved-queries.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idOf } from '../http/parse.ts'

/** Each is asked when the list is: a list of this length takes some 0.1 s in a fleet of 100,000. */
const MOST = 100

/** Questions that are kept, for everybody. */
export function savedQueryRoutes({
  store,
  clock,
  index,
  questions,
}: ServeContext): Handlers<'savedQueries' | 'savedQueryAdd' | 'savedQueryDelete'> {
  const rowOf = async ({ id, name, q, pinned, told, ...row }: SavedQueryRow): Promise<SavedQuery> => ({
    id,
    name,
    q,
    pinned: pinned === 1,
    told: told === 1,
    createdBy: row.created_by,
    createdAt: row.created_at,
    machines: await questions.count(q),
  })
  return {
    async savedQueries() {
      const items: SavedQuery[] = []
      for (const row of await savedQueries(store.reader)) items.push(await rowOf(row))
      return { items }
    },

    async savedQueryAdd({ body: { name, q, pinned, told }, actor, note }) {
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
        // who saves it sees what it finds now
        was_empty: (await questions.count(q)) === 0 ? 1 : 0,
      })
      note(name, q)
      index.groupsChanged()
      await index.sync()
      return rowOf(row)
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
