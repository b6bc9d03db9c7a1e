import type { IncidentRow } from '@pumphandle/shared/api'
import { MINUTE, SECOND } from '@pumphandle/shared/time'
import { illOf } from '@pumphandle/shared/words'
import type { ChannelOptions } from '../../../model/channel-options.ts'
import { minuteOf, nextTime, wallOf } from '../../../model/wall-clock.ts'
import type { Notification } from '../../../store/notifications.ts'
import { begins, type Known, newsFrom } from './news.ts'

/** What to do with a message now: send it, look again later, never send it, or put it into the channel's digest of a time. */
export type Hold =
  | { readonly do: 'send' }
  | { readonly do: 'wait'; readonly until: number }
  | { readonly do: 'skip' }
  | { readonly do: 'digest'; readonly at: number; readonly until: number }

/** An incident of this size is told at night, and by itself. */
const WORST_MACHINES = 50
const WORST_PRACTICES = 10
/** How often what waits for the morning is looked at again: within seconds it may have become one of the worst. */
const LOOK_AGAIN_MS = 10 * SECOND

export interface Holding {
  readonly message: Pick<Notification, 'type' | 'created_at' | 'incident_id' | 'after_minutes' | 'digest_at'>
  readonly incident: IncidentRow
  readonly options: Omit<ChannelOptions, 'places' | 'q'>
  readonly known: Known
  readonly now: number
  readonly timeZone: string
}

/** Flaps, escalation, quiet hours and the digest: who is told later is told only if it is still news, and still needed. */
export function holdOf({ message, incident, options, known, now, timeZone }: Holding): Hold {
  const worst = isWorst(incident)
  let due = newsFrom({ message, incident, options, known, isWorst: worst })
  if (due === undefined) return { do: 'skip' }
  const after = Math.max(options.afterMinutes, message.after_minutes)
  if (after > 0 && begins(message.type)) {
    due = Math.max(due, message.created_at + after * MINUTE)
    // somebody has it
    if (now >= due && incident.status !== 'open') return { do: 'skip' }
  }
  if (now < due) return { do: 'wait', until: due }
  if (worst) return { do: 'send' }
  const at = message.digest_at ?? nextTime(options.digest, message.created_at, timeZone)
  if (at !== undefined && options.digest !== '') return { do: 'digest', at, until: Math.min(at, now + LOOK_AGAIN_MS) }
  const until = quietUntil(options.quiet, now, timeZone)
  return until === undefined ? { do: 'send' } : { do: 'wait', until: Math.min(until, now + LOOK_AGAIN_MS) }
}

export const isWorst = ({ cohorts, practices }: IncidentRow): boolean =>
  illOf(cohorts) >= WORST_MACHINES || practices >= WORST_PRACTICES

/** When quiet hours such as `22:00-07:00` end, where `at` is within them; else undefined. */
export function quietUntil(quiet: string, at: number, timeZone: string): number | undefined {
  const [first = '', last = ''] = quiet.split('-')
  const from = minuteOf(first)
  const to = minuteOf(last)
  // hours that end when they begin would never end
  if (from === undefined || to === undefined || from === to) return undefined
  const { minute } = wallOf(at, timeZone)
  const inside = from < to ? minute >= from && minute < to : minute >= from || minute < to
  return inside ? nextTime(last, at, timeZone) : undefined
}
