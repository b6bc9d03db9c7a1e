import { Refusal } from '../../model/refusal.ts'
import { actorName } from '../../people/index.ts'
import { listUsers } from '../../store/users.ts'
import type { Handlers } from '../http/call.ts'
import type { ServeContext } from '../http/context.ts'
import type { Pages } from '../live/hub.ts'

export function settingsRoutes(
  { settings, clock, store }: ServeContext,
  pages: Pages,
): Handlers<'settings' | 'settingsChange'> {
  return {
    settings: async () => settings.current,
    async settingsChange({ body, actor, note }) {
      if (body.timeZone !== undefined) checkTimeZone(body.timeZone)
      for (const { host } of body.probes ?? []) checkProbed(host)
      const wanted = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
      const changed = await settings.change(wanted, actorName(actor), clock)
      // open streams of who has to set up a second factor now have to begin again
      if (body.secondFactorFrom !== undefined)
        for (const { id } of await listUsers(store.reader)) pages.dismiss({ actor: `user:${id}` })
      note('settings', Object.keys(wanted).join(', '))
      return changed
    },
  }
}

/** Every machine of the fleet connects there: not to itself, nor to what only its own wire has. */
const NOT_PROBED = /^(?:localhost$|127\.|0\.|169\.254\.|\[?::1?\]?$|\[?fe80:)|\.localhost$/i

function checkProbed(host: string): void {
  if (NOT_PROBED.test(host) || !/^[\w.:[\]-]+$/.test(host))
    throw new Refusal(
      'malformed',
      'Not to be probed',
      `"${host}" is no host that machines may probe: name a service of others.`,
    )
}

function checkTimeZone(name: string): void {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name })
  } catch {
    throw new Refusal('malformed', 'Unknown time zone', `"${name}" is no time zone. Write one such as Europe/London.`)
  }
}
