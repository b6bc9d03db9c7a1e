import { notFound, Refusal } from '../../model/refusal.ts'
import type { Row } from '../../store/index.ts'
import { machineByUid } from '../../store/machines.ts'
import { countEvents, eventsOf } from '../../store/timeline.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { fromCursor, toCursor } from '../http/cursor.ts'
import { crashRows } from '../machines/crashes.ts'
import { machineDetail } from '../machines/detail.ts'
import { maintenanceOf } from '../machines/maintenance.ts'
import { timelineOf } from '../machines/timeline.ts'

export function machineRoutes(
  context: ServeContext,
): Handlers<'machine' | 'machineRevoke' | 'machineReinstate' | 'timeline' | 'machineCrashes'> {
  const { store, fleet, book, enrolment } = context
  const db = store.reader
  async function machineOf(uid: string): Promise<Row<'machine'>> {
    const machine = await machineByUid(db, uid)
    if (!machine) throw notFound('machine', uid.slice(0, 40))
    return machine
  }

  return {
    async machine({ path, note }) {
      const machine = await machineOf(path.id)
      note(`${machine.name} (${machine.uid})`)
      return machineDetail({ db, fleet, book }, machine)
    },

    async machineRevoke({ path, note }) {
      const machine = await machineOf(path.id)
      note(`${machine.name} (${machine.uid})`)
      return { revoked: await enrolment.revoke({ machine: machine.id }) }
    },

    async machineReinstate({ path, note }) {
      const machine = await machineOf(path.id)
      note(`${machine.name} (${machine.uid})`)
      if (!(await enrolment.reinstate(machine.id)))
        throw new Refusal('conflict', 'Not revoked', `${machine.name} is not revoked: it may connect as it is.`)
      return { ok: true }
    },

    async timeline({ path, query }) {
      const machine = await machineOf(path.id)
      const { entries, next, total } = await timelineOf(db, machine.id, {
        from: query.from,
        until: query.until,
        before: before(query.cursor),
        limit: query.limit,
      })
      const maintenance = await maintenanceOf(context, machine.id)
      return { items: entries, next: next && toCursor(next.at, next.seq), total, maintenance }
    },

    async machineCrashes({ path, query }) {
      const machine = await machineOf(path.id)
      const always = { from: undefined, until: undefined }
      const rows = await eventsOf(db, machine.id, always, before(query.cursor), query.limit + 1, ['crash'])
      const last = rows.length > query.limit ? rows[query.limit - 1] : undefined
      return {
        items: crashRows(rows.slice(0, query.limit)),
        next: last ? toCursor(last.at, last.seq) : null,
        total: await countEvents(db, machine.id, 'crash'),
      }
    },
  }
}

function before(cursor: string | undefined): { at: number; seq: number } | null {
  const values = fromCursor(cursor, 2)
  return values ? { at: Number(values[0]), seq: Number(values[1]) } : null
}
