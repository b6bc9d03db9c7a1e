import type { IncidentRow } from '@pumphandle/shared/api'
import { MINUTE } from '@pumphandle/shared/time'
import { illOf } from '@pumphandle/shared/words'
import type { ChannelOptions } from '../../model/channel-options.ts'
import type { Notification } from '../../store/notifications.ts'

/** What to do with a message now: send it, look again later, or never send it. */
export type Hold = { readonly do: 'send' } | { readonly do: 'wait'; readonly until: number } | { readonly do: 'skip' }

/** An incident of this size is told at night, too. */
const WORST_MACHINES = 50
const WORST_PRACTICES = 10
/** What waits for the morning is looked at again so often, for it may have become one of the worst. */
const LOOK_AGAIN_MS = 5 * MINUTE

export interface Holding {
  readonly message: Pick<Notification, 'type' | 'created_at'>
  readonly incident: IncidentRow
  readonly options: Omit<ChannelOptions, 'places'>
  /** Whether this channel was told that the incident began. */
  readonly toldBefore: boolean
  readonly now: number
  readonly timeZone: string
}

/** Escalation and quiet hours: who is told later is told only if it is still needed. */
export function holdOf({ message, incident, options, toldBefore, now, timeZone }: Holding): Hold {
  if (options.afterMinutes > 0) {
    if (message.type !== 'opened' && message.type !== 'reopened') return toldBefore ? quiet() : { do: 'skip' }
    const due = message.created_at + options.afterMinutes * MINUTE
    if (now < due) return { do: 'wait', until: due }
    // somebody has it
    if (incident.status !== 'open') return { do: 'skip' }
  }
  return quiet()

  function quiet(): Hold {
    const until = quietUntil(options.quiet, now, timeZone)
    if (until === undefined || isWorst(incident)) return { do: 'send' }
    return { do: 'wait', until: Math.min(until, now + LOOK_AGAIN_MS) }
  }
}

const isWorst = ({ cohorts, practices }: IncidentRow): boolean =>
  illOf(cohorts) >= WORST_MACHINES || practices >= WORST_PRACTICES

/** When quiet hours such as `22:00-07:00` end, where `at` is within them; else undefined. */
export function quietUntil(quiet: string, at: number, timeZone: string): number | undefined {
  const [, h1, m1, h2, m2] = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(quiet) ?? []
  if (h1 === undefined) return undefined
  const from = Number(h1) * 60 + Number(m1)
  const to = Number(h2) * 60 + Number(m2)
  const minute = minuteOfDay(at, timeZone)
  const inside = from < to ? minute >= from && minute < to : minute >= from || minute < to
  const left = (to - minute + DAY_MINUTES) % DAY_MINUTES
  return inside ? at - (at % MINUTE) + left * MINUTE : undefined
}

const DAY_MINUTES = 24 * 60

function minuteOfDay(at: number, timeZone: string): number {
  const words = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone })
  const [hours = 0, minutes = 0] = words.format(at).split(':').map(Number)
  return hours * 60 + minutes
}
