import { notFound, Refusal } from '../../model/refusal.ts'
import { actorName } from '../../people/index.ts'
import { deleteRunbook, listRunbooks, putRunbook, runbookOfRow } from '../../store/runbooks.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'

/** What may stand in a runbook's address. */
const SLUG = /^[a-z0-9][a-z0-9-]{0,79}$/

export function runbookRoutes({ store, clock }: ServeContext): Handlers<'runbooks' | 'runbookPut' | 'runbookDelete'> {
  return {
    runbooks: async () => ({ items: await listRunbooks(store.reader) }),

    async runbookPut({ path, body, actor, note }) {
      if (!SLUG.test(path.id))
        throw new Refusal(
          'malformed',
          'Bad name',
          'A runbook is named by small letters, digits and dashes, such as bad-driver.',
        )
      const row = {
        id: path.id,
        title: body.title,
        markdown: body.markdown,
        matches: JSON.stringify(body.matches),
        updated_at: clock.now(),
        updated_by: actorName(actor),
      }
      await putRunbook(store.db, row)
      note(path.id, body.title)
      return runbookOfRow(row)
    },

    async runbookDelete({ path }) {
      if (!(await deleteRunbook(store.db, path.id))) throw notFound('runbook', path.id)
      return { ok: true }
    },
  }
}
