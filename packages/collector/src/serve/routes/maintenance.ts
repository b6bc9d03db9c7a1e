import type { MaintenanceRow } from '@pumphandle/shared/api'
import { DAY } from '@pumphandle/shared/time'
import { occurrence, repeatsOf } from '../../jobs/maintenance/recurrence.ts'
import { notFound, Refusal } from '../../model/refusal.ts'
import { actorName } from '../../people/index.ts'
import { readQuery } from '../../search/read-query.ts'
import { deleteMaintenance, insertMaintenance, listMaintenance, type Maintenance } from '../../store/maintenance.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idOf } from '../http/parse.ts'

/** Windows that have ended are shown for a month. */
const SHOWN_MS = 30 * DAY
/** Work that was planned, and told only afterwards. */
const LONGEST_AGO_MS = 30 * DAY
/** A window that is longer than this is a machine taken out of watching, which is said differently. */
const LONGEST_MS = 14 * DAY

export function maintenanceRoutes({
  store,
  clock,
  settings,
  windows,
  plan,
}: ServeContext): Handlers<'maintenances' | 'maintenanceAdd' | 'maintenanceDelete'> {
  function rowOf({ id, title, q, created_by, ...row }: Maintenance): MaintenanceRow {
    const repeats = repeatsOf(row.repeats)
    const window = { from: row.from_at, until: row.until_at, repeats }
    return {
      id,
      title,
      q,
      ...occurrence(window, clock.now(), settings.current.timeZone),
      repeats,
      createdBy: created_by,
    }
  }

  return {
    maintenances: async () => ({
      items: (await listMaintenance(store.reader, clock.now() - SHOWN_MS)).map(rowOf),
    }),

    async maintenanceAdd({ body, actor, note }) {
      readQuery(body.q)
      const now = clock.now()
      if (body.until <= body.from) throw new Refusal('malformed', 'Bad window', 'The window must end after it begins.')
      if (body.repeats !== 'once' && body.until <= now)
        throw new Refusal('malformed', 'Bad window', 'A window that comes again must first end in the future.')
      if (body.from < now - LONGEST_AGO_MS)
        throw new Refusal('malformed', 'Too long ago', 'Work that is over can be told for 30 days.')
      if (body.until - body.from > LONGEST_MS)
        throw new Refusal(
          'malformed',
          'Too long',
          'A maintenance window lasts 14 days at most. Make a second one after it.',
        )
      const row = await insertMaintenance(store.db, {
        title: body.title,
        q: body.q,
        from_at: body.from,
        until_at: body.until,
        created_by: actorName(actor),
        repeats: body.repeats,
      })
      await windows.read()
      if (body.from >= now) {
        note(body.title, body.q)
        return rowOf(row)
      }
      const machines = new Set(await windows.machinesOf(body.q))
      const work = { title: body.title, machines, from: body.from, until: Math.min(body.until, now) }
      const marked = await plan(work, actorName(actor))
      note(body.title, `${body.q}; planned afterwards: ${marked.incidents} incidents, ${marked.machines} machines`)
      return { ...rowOf(row), marked }
    },

    async maintenanceDelete({ path }) {
      const id = idOf(path.id, 'maintenance window')
      if (!(await deleteMaintenance(store.db, id))) throw notFound('maintenance window', id)
      await windows.read()
      return { ok: true }
    },
  }
}
