import { Refusal } from '../../model/refusal.ts'
import type { Actor } from '../../people/index.ts'
import { readPreferences, writePreference } from '../../store/preferences.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'

/** Names that one person may have set: the page has a handful. */
const MOST_NAMES = 100

/** What people set of their own page. */
export function preferenceRoutes({ store, clock }: ServeContext): Handlers<'preferences' | 'preferenceSet'> {
  return {
    async preferences({ actor }) {
      if (actor.kind !== 'user') return { items: {} }
      const rows = await readPreferences(store.reader, actor.id)
      return { items: Object.fromEntries(rows.map(({ name, value }) => [name, value])) }
    },
    async preferenceSet({ actor, path: { name }, body: { value } }) {
      const userId = personOf(actor)
      const rows = await readPreferences(store.reader, userId)
      if (rows.length >= MOST_NAMES && !rows.some((row) => row.name === name))
        throw new Refusal(
          'conflict',
          'Too many preferences',
          `A person has ${MOST_NAMES} at most. Change one that is there.`,
        )
      if (name.length > 60)
        throw new Refusal('malformed', 'Name too long', 'The name of a preference has 60 letters at most.')
      await writePreference(store.db, { user_id: userId, name, value, updated_at: clock.now() })
      return { ok: true }
    },
  }
}

function personOf(actor: Actor): number {
  if (actor.kind === 'user') return actor.id
  throw new Refusal('not-allowed', 'Only for people', 'A token has no page of its own. Sign in as a person.')
}
