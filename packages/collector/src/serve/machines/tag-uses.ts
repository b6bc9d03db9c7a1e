import { counted } from '@pumphandle/shared/words'
import { listChannels, optionsOf } from '../../store/channels.ts'
import type { Store } from '../../store/index.ts'
import { listMaintenance } from '../../store/maintenance.ts'
import { savedQueries } from '../../store/saved-queries.ts'
import { listUsers, placesOf } from '../../store/users.ts'

/** What still goes by tags that nothing has any more, such as those of another name: it finds nobody from now on. */
export async function tagUses(store: Store, gone: readonly string[], now: number): Promise<string[]> {
  if (gone.length === 0) return []
  const db = store.reader
  const asks = (q: string) => gone.some((tag) => mentions(q, tag))
  const goesBy = (tags: readonly string[]) => tags.some((tag) => gone.includes(tag))
  const [channels, saved, windows, users] = [
    await listChannels(db),
    await savedQueries(db),
    await listMaintenance(db, now),
    await listUsers(db),
  ]
  const people = users.filter(({ id, places }) => goesBy(placesOf(id, places)?.tags ?? [])).length
  return [
    ...channels
      .filter((channel) => goesBy(optionsOf(channel).places?.tags ?? []) || asks(optionsOf(channel).q))
      .map(({ name }) => `the channel “${name}”`),
    ...saved.filter(({ q }) => asks(q)).map(({ name }) => `the saved question “${name}”`),
    ...windows.filter(({ q }) => asks(q)).map(({ title }) => `the maintenance window “${title}”`),
    ...(people > 0 ? [`what ${counted(people, 'person', 'people')} may see`] : []),
  ]
}

/** Whether a query asks for a tag by its whole name. */
function mentions(q: string, tag: string): boolean {
  const at = q.toLowerCase().indexOf(`tag:${tag}`)
  return at >= 0 && !/^[\w:.*-]/.test(q.slice(at + 4 + tag.length))
}
