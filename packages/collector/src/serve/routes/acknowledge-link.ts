import { incidentOfToken } from '../../model/acknowledge-link.ts'
import { notFound, Refusal } from '../../model/refusal.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'

/** Acknowledging from a message, without an account. */
export function acknowledgeLinkRoutes({ linkKey, clock, desk }: ServeContext): Handlers<'acknowledgeByLink'> {
  return {
    async acknowledgeByLink({ body, note }) {
      const id = incidentOfToken(await linkKey(), body.token, clock.now())
      if (id === undefined)
        throw new Refusal(
          'gone',
          'Link expired',
          'This link has expired, or is not whole. Sign in and acknowledge it there.',
        )
      note(
        `incident ${id}`,
        body.name ? `${body.name}, by the link of a message` : 'looked at by the link of a message',
      )
      const actor = `${body.name ?? ''} (by link)`
      const was = await desk.detail(id)
      const row = body.name ? await desk.acknowledge(id, actor, { takes: true }) : was?.incident
      if (!row || !was) throw notFound('incident', id)
      // who came first is what the record says: two may press at the same moment
      const history = (body.name ? await desk.detail(id) : was)?.history ?? []
      const { actor: by = null, at = null } = history.findLast(({ type }) => type === 'acknowledged') ?? {}
      const yours = was.incident.status === 'open' && row.status === 'acknowledged' && by === actor
      return { id, title: row.title, sentence: row.sentence, status: row.status, by, at, yours }
    },
  }
}
