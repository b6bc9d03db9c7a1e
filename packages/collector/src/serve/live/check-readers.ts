import type { Settings } from '@pumphandle/shared/api'
import type { Clock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import { Job } from '../../log/job.ts'
import type { Logger } from '../../log/logger.ts'
import { placesKey } from '../../model/places.ts'
import { type Actor, isTokenGood, placesOfToken, useSession } from '../../people/index.ts'
import { apiTokensWithMakers } from '../../store/api-tokens.ts'
import type { Store } from '../../store/index.ts'
import type { LiveHub } from './hub.ts'

/** How long a stream may outlive its session or token. Also how often an open page counts as use of its session. */
const EVERY_MS = MINUTE

interface Asked {
  readonly store: Store
  readonly clock: Clock
  readonly log: Logger
  readonly settings: { readonly current: Pick<Settings, 'secondFactorFrom'> }
}

/**
 * Ends live streams whose session or token has ended meanwhile, or whose reader has other places by now; keeps the sessions of
 * open pages in use. Most are ended when that happens: not one that waited for its turn in that moment.
 */
export function checkReaders(hubs: () => Iterable<LiveHub>, asked: Asked): Job {
  const { clock, log } = asked
  const run = () => check(hubs(), asked)
  return new Job({ clock, log, everyMs: EVERY_MS, run, failed: 'live streams could not be checked' })
}

/** @internal of {@link checkReaders} and its test: one round. */
export async function check(hubs: Iterable<LiveHub>, { store, clock, settings }: Asked): Promise<void> {
  const now = clock.now()
  const tokens = new Map((await apiTokensWithMakers(store.reader)).map((row) => [`token:${row.id}`, row]))
  const users = new Map<string, Awaited<ReturnType<typeof useSession>>>()
  for (const hub of hubs)
    for (const { actor, session, places } of hub.readers()) {
      if (session === undefined) {
        const token = tokens.get(actor)
        if (!token || !isTokenGood(token, now) || !isSame(placesOfToken(token), places)) hub.dismiss({ actor })
        continue
      }
      // a wall of screens has one
      if (!users.has(session))
        users.set(session, await useSession(store, clock, session, settings.current.secondFactorFrom))
      const user = users.get(session)
      if (!user || user.owesFactor || !isSame(user.places, places)) hub.dismiss({ session })
    }
}

function isSame(a: Actor['places'], b: Actor['places']): boolean {
  return (a && placesKey(a)) === (b && placesKey(b))
}
