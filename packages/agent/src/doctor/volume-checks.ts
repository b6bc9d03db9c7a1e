import { uptime } from 'node:os'
import { DAY, MINUTE } from '@pumphandle/shared/time'
import { scanVolume } from '../scan.ts'
import type { Boot } from '../sources/boots/boot.ts'
import { type Check, type Finding, info, ok, skipped, wrong } from './check.ts'

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
      return newestBoot(boots.at(-1), clock.now(), uptime() * 1000)
    },
  },
]

/** Uptime counts from a little after the kernel's word, and clocks are set meanwhile. */
const SAME_START_MS = 10 * MINUTE

/**
 * Whether the log has the boot under way, which is no older than the uptime; it may be younger, where fast start-up resumed it.
 * @param upMs for how long the computer has been up
 */
export function newestBoot(newest: Boot | undefined, now: number, upMs: number): Finding {
  if (newest === undefined) return wrong('No boot was found in System.evtx: is the log cleared or unreadable?')
  const startedAt = newest.clockSaid ?? newest.startedAt
  const up = now - Date.parse(startedAt)
  const says = `The newest boot in the log began ${startedAt} (${Math.round(up / DAY)} days ago)`
  if (newest.seenIn === 'event-log' && up <= upMs + SAME_START_MS) return ok(`${says}.`)
  return info(
    `${says}, and this computer counts ${Math.round(upMs / MINUTE)} minutes: the log lacks this start (look at \`system-log\`), or a virtual machine was paused.`,
  )
}
