import { ensurePractice } from '../../store/practices.ts'
import { retiredMachines } from '../../store/retirement.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { chosenMachines } from '../machines/chosen.ts'

/** Retired machines that are listed: the rest is found by deleting those. */
const MOST_LISTED = 1_000

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
  return {
    async machinesRetire({ body, note }) {
      const done = await retirement.retire(await chosen(body), body.why)
      note(body.q ?? `${body.ids?.length ?? 0} machines`, `${done.retired} retired: ${body.why}`)
      await index.sync()
      return done
    },

    async machinesReturn({ body, note }) {
      const returned = await retirement.bringBack({ ids: await chosen({ ids: body.ids }) })
      note(`${body.ids.length} machines`, `${returned} brought back`)
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
      const { rows } = await retiredMachines(store.reader, MOST_LISTED)
      const gone = rows.filter((row) => body.ids.includes(row.uid))
      await retirement.remove(gone.map((row) => row.id))
      note(
        gone
          .map((row) => `${row.name} (${row.uid})`)
          .join(', ')
          .slice(0, 1_000),
        'with their history',
      )
      return { deleted: gone.length }
    },

    async retiredMachines() {
      const { rows, total } = await retiredMachines(store.reader, MOST_LISTED)
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
