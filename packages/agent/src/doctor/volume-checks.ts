import { DAY } from '@pumphandle/shared/time'
import { scanVolume } from '../scan.ts'
import { type Check, info, ok, skipped, wrong } from './check.ts'

/** Problems that are spelt out; the rest is counted. */
const MAX_NAMED = 5

/** Whether each source can read what it must. */
export const VOLUME_CHECKS: Check[] = [
  {
    code: 'sources',
    title: 'Sources',
    look: async ({ around }) => {
      const facts = await scanVolume(around.volume, around.live ? { live: around.live.liveRegistry() } : {})
      if (facts.problems.length === 0)
        return ok(
          `${facts.boots.length} boots, ${facts.crashes.length} crashes, ${facts.components.length} components.`,
        )
      const named = facts.problems.slice(0, MAX_NAMED).map(({ message, where }) => `${where}: ${message}`)
      const more = facts.problems.length - named.length
      return info(`${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`)
    },
  },
  {
    code: 'event-log-live',
    title: 'Newest event in the System log',
    look: async ({ around, clock }) => {
      if (!around.live) return skipped('Asked only on a running Windows.')
      const { boots } = await scanVolume(around.volume, { live: around.live.liveRegistry() })
      const newest = boots.at(-1)
      if (newest === undefined) return wrong('No boot was found in System.evtx: is the log cleared or unreadable?')
      const days = Math.round((clock.now() - Date.parse(newest.startedAt)) / DAY)
      return ok(`The newest boot in the log began ${newest.startedAt} (${days} days ago).`)
    },
  },
]
