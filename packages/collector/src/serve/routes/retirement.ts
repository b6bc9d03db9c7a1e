import { Refusal } from '../../model/refusal.ts'
import { ensurePractice } from '../../store/practices.ts'
import { retiredByUids, retiredMachines } from '../../store/retirement.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { chosenMachines } from '../machines/chosen.ts'

/** Retired machines that are listed: the rest is found by its words. */
const MOST_LISTED = 1_000
/** Machines that the audit log names, where many are deleted. */
const MOST_NAMED = 20

export function retirementRoutes({
  book,
  index,
  retirement,
  store,
}: ServeContext): Handlers<
  'machinesRetire' | 'machinesReturn' | 'machinesMove' | 'machinesDelete' | 'retiredMachines'
> {
  const chosen = (which: { q?: string | undefined; ids?: string[] | undefined }) =>
    chosenMachines({ index, store }, which)
  /** Retired machines that are named, or have some words. @throws Refusal 400 where neither says which */
  const retired = async ({ q, ids }: { q?: string | undefined; ids?: string[] | undefined }) => {
    if (ids) return retiredByUids(store.reader, ids)
    const words = wordsOf(q)
    if (words.length === 0)
      throw new Refusal(
        'malformed',
        'Which machines',
        'Say which retired machines: by words that they have, or by ids.',
      )
    return (await retiredMachines(store.reader, { words })).rows
  }
  return {
    async machinesRetire({ body, note }) {
      const done = await retirement.retire(await chosen(body), body.why)
      note(body.q ?? `${body.ids?.length ?? 0} machines`, `${done.retired} retired: ${body.why}`)
      await index.sync()
      return done
    },

    async machinesReturn({ body, note }) {
      const rows = await retired(body)
      const returned = await retirement.bringBack({ ids: rows.map((row) => row.id) })
      note(body.q ?? `${body.ids?.length ?? 0} machines`, `${returned} brought back`)
      await index.sync()
      return { returned }
    },

    async machinesMove({ body, note }) {
      const practice = await ensurePractice(store.db, body.practice)
      const moved = await retirement.move(await chosen(body), practice)
      note(body.q ?? `${body.ids?.length ?? 0} machines`, `${moved} moved to ${practice.code}`)
      await index.sync()
      return { moved }
    },

    async machinesDelete({ body, note }) {
      const gone = await retired(body)
      const names = gone.slice(0, MOST_NAMED).map((row) => `${row.name} (${row.uid})`)
      note(names.join(', '), `${gone.length} with their history${body.q ? `, found by ${body.q}` : ''}`)
      await retirement.remove(gone.map((row) => row.id))
      return { deleted: gone.length }
    },

    async retiredMachines({ query }) {
      const { rows, total } = await retiredMachines(store.reader, { words: wordsOf(query.q), limit: MOST_LISTED })
      return {
        items: rows.map((row) => ({
          id: row.uid,
          name: row.name,
          practice: row.practice_id === null ? null : (book.byId(row.practice_id)?.code ?? null),
          lastSeen: row.last_seen,
          retiredAt: row.retired_at ?? 0,
          why: row.retired_why ?? '',
        })),
        total,
      }
    },
  }
}

function wordsOf(q = ''): string[] {
  return q.split(/\s+/).filter((word) => word !== '')
}
