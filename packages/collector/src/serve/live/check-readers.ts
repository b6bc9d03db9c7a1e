import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import type { Logger } from '../../log/logger.ts'
import { isTokenGood, useSession } from '../../people/index.ts'
import type { LiveSettings } from '../../settings/live-settings.ts'
import { apiTokensWithMakers } from '../../store/api-tokens.ts'
import type { Store } from '../../store/index.ts'
import type { LiveHub } from './hub.ts'

/** How long a stream may outlive its session or token. Also how often an open page counts as use of its session. */
const EVERY_MS = MINUTE

interface Asked {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  readonly settings: Pick<LiveSettings, 'current'>
}

/** Ends live streams whose session or token has ended meanwhile, and keeps the sessions of open pages in use. */
export function checkReaders(hubs: () => Iterable<LiveHub>, asked: Asked): () => void {
  const { clock, log } = asked
  return clock.every(EVERY_MS, () => {
    check(hubs(), asked).catch((error: unknown) => log.error({ err: error }, 'live streams could not be checked'))
  })
}

async function check(hubs: Iterable<LiveHub>, asked: Asked): Promise<void> {
  for (const hub of hubs) await checkHub(hub, asked)
}

async function checkHub(hub: LiveHub, { store, clock, settings }: Asked): Promise<void> {
  const { sessions, actors } = hub.readers()
  for (const session of sessions) {
    const actor = await useSession(store, clock, session, settings.current.secondFactorFrom)
    if (!actor || actor.owesFactor) hub.dismiss({ session })
  }
  if (actors.size === 0) return
  const now = clock.now()
  const valid = new Set(
    (await apiTokensWithMakers(store.reader)).filter((t) => isTokenGood(t, now)).map((t) => `token:${t.id}`),
  )
  for (const actor of actors) if (!valid.has(actor)) hub.dismiss({ actor })
}
