import { BlockList, isIP } from 'node:net'
import { isOffLimits } from '../../jobs/notify/index.ts'
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
const ITSELF = new BlockList()
ITSELF.addSubnet('0.0.0.0', 8, 'ipv4')
ITSELF.addSubnet('127.0.0.0', 8, 'ipv4')
ITSELF.addSubnet('::', 127, 'ipv6')

/** Also where an address is written as one number, in eights or in sixteens, as systems read them too. */
function isProbed(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '')
  const url = `http://${isIP(bare) === 6 ? `[${bare}]` : bare}/`
  if (!/^[\w.:-]+$/.test(bare) || !URL.canParse(url)) return false
  const name = new URL(url).hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  const family = isIP(name)
  if (family === 0) return name !== 'localhost' && !name.endsWith('.localhost')
  return !isOffLimits(name) && !ITSELF.check(name, family === 4 ? 'ipv4' : 'ipv6')
}

function checkProbed(host: string): void {
  if (!isProbed(host))
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
