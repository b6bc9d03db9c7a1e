import type { RotaBody, RotaRow } from '@pumphandle/shared/api'
import { DAY } from '@pumphandle/shared/time'
import { channelsOf, dayOf, spansOf } from '../../jobs/notify/index.ts'
import { notFound, Refusal } from '../../model/refusal.ts'
import type { Rota } from '../../model/rota.ts'
import { type Actor, actorName } from '../../people/index.ts'
import { listChannels } from '../../store/channels.ts'
import { deleteRota, insertRota, listRotas, rotaOf, updateRota } from '../../store/rotas.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import { idOf } from '../http/parse.ts'

/** How far ahead it is told who is on call. */
const AHEAD_MS = 7 * DAY

type Names = 'rotas' | 'rotaAdd' | 'rotaChange' | 'rotaDelete'

/** Who is on call when. */
export function rotaRoutes({ store, clock, settings }: ServeContext): Handlers<Names> {
  const timeZone = () => settings.current.timeZone
  const rowOf = (id: number, name: string, rota: Rota): RotaRow => ({
    id,
    name,
    ...rota,
    spans: spansOf(rota, clock.now(), clock.now() + AHEAD_MS, timeZone()),
  })

  async function checked({ shifts, exceptions, nextAfterMinutes, turnsFrom }: RotaBody): Promise<Rota> {
    const rota = {
      shifts,
      exceptions,
      nextAfterMinutes,
      turnsFrom: turnsFrom ?? dayOf(clock.now(), timeZone()),
    }
    const there = new Set((await listChannels(store.db)).map(({ id }) => id))
    const missing = channelsOf(rota).find((channel) => !there.has(channel))
    if (missing !== undefined)
      throw new Refusal('malformed', 'No such channel', `There is no channel ${missing}: add it first, then its turns.`)
    const backwards = rota.exceptions.find(({ from, until }) => until < from)
    if (backwards)
      throw new Refusal('malformed', 'Bad exception', `The exception from ${backwards.from} ends before it begins.`)
    return rota
  }

  const rowToKeep = (name: string, rota: Rota, actor: Actor) => ({
    name,
    body: JSON.stringify(rota),
    updated_by: actorName(actor),
    updated_at: clock.now(),
  })

  return {
    async rotas() {
      const rows = (await listRotas(store.reader)).map((row) => ({ row, rota: rotaOf(row) }))
      return { items: rows.flatMap(({ row, rota }) => (rota ? [rowOf(row.id, row.name, rota)] : [])) }
    },

    async rotaAdd({ body, actor, note }) {
      const rota = await checked(body)
      const { id } = await insertRota(store.db, rowToKeep(body.name, rota, actor))
      note(body.name)
      return rowOf(id, body.name, rota)
    },

    async rotaChange({ path, body, actor, note }) {
      const id = idOf(path.id, 'rota')
      const rota = await checked(body)
      if (!(await updateRota(store.db, id, rowToKeep(body.name, rota, actor)))) throw notFound('rota', id)
      note(body.name)
      return rowOf(id, body.name, rota)
    },

    async rotaDelete({ path, note }) {
      const id = idOf(path.id, 'rota')
      if (!(await deleteRota(store.db, id))) throw notFound('rota', id)
      note(`rota ${id}`)
      return { ok: true }
    },
  }
}
