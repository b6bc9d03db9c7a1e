import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import type { Logger } from '../../log/logger.ts'
import { isTokenGood, useSession } from '../../people/index.ts'
import { apiTokensWithMakers } from '../../store/api-tokens.ts'
import type { Store } from '../../store/index.ts'
import type { LiveHub } from './hub.ts'

/** How long a stream may outlive its session or token. Also how often an open page counts as use of its session. */
const EVERY_MS = MINUTE

/** Ends live streams whose session or token has ended meanwhile, and keeps the sessions of open pages in use. */
export function checkReaders(hubs: () => Iterable<LiveHub>, store: Store, clock: Clock, log: Logger): () => void {
  return clock.every(EVERY_MS, () => {
    check(hubs(), store, clock).catch((error: unknown) =>
      log.error({ err: error }, 'live streams could not be checked'),
    )
  })
}

async function check(hubs: Iterable<LiveHub>, store: Store, clock: Clock): Promise<void> {
  for (const hub of hubs) await checkHub(hub, store, clock)
}

async function checkHub(hub: LiveHub, store: Store, clock: Clock): Promise<void> {
  const { sessions, actors } = hub.readers()
  for (const session of sessions) if (!(await useSession(store, clock, session))) hub.dismiss({ session })
  if (actors.size === 0) return
  const now = clock.now()
  const valid = new Set(
    (await apiTokensWithMakers(store.reader)).filter((t) => isTokenGood(t, now)).map((t) => `token:${t.id}`),
  )
  for (const actor of actors) if (!valid.has(actor)) hub.dismiss({ actor })
}
