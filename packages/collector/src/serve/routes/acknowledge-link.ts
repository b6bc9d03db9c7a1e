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
      const row = body.name
        ? await desk.acknowledge(id, `${body.name} (by link)`)
        : ((await desk.detail(id))?.incident ?? null)
      if (!row) throw notFound('incident', id)
      return { id, title: row.title, sentence: row.sentence, status: row.status }
    },
  }
}
