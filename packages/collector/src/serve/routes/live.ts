import { Refusal } from '../../model/refusal.ts'
import { actorKey, countedAs } from '../../people/index.ts'
import type { Handlers } from '../http/call.ts'
import type { LiveHub } from '../live/hub.ts'

export function liveRoutes(hub: LiveHub): Handlers<'live'> {
  return {
    async live({ actor, req, res }) {
      const given = req.headers['last-event-id']
      const lastId = typeof given === 'string' && given.length <= 60 ? given : undefined
      const session = actor.kind === 'user' ? actor.session : undefined
      const who = { actor: actorKey(actor), session, countedAs: countedAs(actor), places: actor.places }
      if (!hub.attach(res, who, lastId))
        throw new Refusal('unavailable', 'Too many pages', 'Too many pages are open on this collector. Close some.', {
          retryAfterSeconds: 30,
        })
    },
  }
}
