import type { RunbookRow } from '@pumphandle/shared/api'
import { actorName } from '../../people/index.ts'
import { notFound, Refusal } from '../../refusal.ts'
import type { Row } from '../../store/index.ts'
import { deleteRunbook, listRunbooks, putRunbook } from '../../store/runbooks.ts'
import type { Handlers } from '../call.ts'
import type { ServeContext } from '../context.ts'

/** What may stand in a runbook's address. */
const SLUG = /^[a-z0-9][a-z0-9-]{0,79}$/

export function runbookRoutes({ store, clock }: ServeContext): Handlers<'runbooks' | 'runbookPut' | 'runbookDelete'> {
  return {
    runbooks: async () => ({ items: (await listRunbooks(store.reader)).map(runbookRow) }),

    async runbookPut({ path, body, actor, note }) {
      if (!SLUG.test(path.id))
        throw new Refusal(
          400,
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
      return runbookRow(row)
    },

    async runbookDelete({ path }) {
      if (!(await deleteRunbook(store.db, path.id))) throw notFound('runbook', path.id)
      return { ok: true }
    },
  }
}

function runbookRow(row: Row<'runbook'>): RunbookRow {
  return {
    id: row.id,
    title: row.title,
    markdown: row.markdown,
    matches: JSON.parse(row.matches) as string[],
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  }
}
