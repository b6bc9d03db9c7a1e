import type { IncidentRow } from '@pumphandle/shared/api'
import { DAY, MINUTE } from '@pumphandle/shared/time'
import { hitOf, isActive } from '@pumphandle/shared/words'
import type { ChannelOptions } from '../../../model/channel-options.ts'
import type { Notification } from '../../../store/notifications.ts'
import type { MessageType } from '../delivery/message.ts'

/** An incident is told anew when its machines have grown by this factor since it was told last. */
const TENFOLD = 10
/** Of fewer machines nothing has grown tenfold. */
export const FEWEST_GROWN = TENFOLD
/** A cause that comes back more often within a day is told again only if it grows tenfold, or is one of the worst. */
export const MOST_BEGINS = 3
export const BEGINS_WITHIN_MS = DAY

/** Messages that say that something goes on. */
const BEGINS: readonly string[] = ['opened', 'reopened'] satisfies MessageType[]
/** Messages that say that it goes on no more. */
const ENDS: readonly string[] = ['contained', 'resolved'] satisfies MessageType[]

/** What a channel knows of a message's cause. */
export interface Known {
  /** What it was told last; undefined: never anything. */
  readonly last: Pick<Notification, 'type' | 'incident_id' | 'machines'> | undefined
  /** When the incident of that was resolved; null: it is not, or it is gone. */
  readonly lastResolvedAt: number | null
  /** How often it was told within a day that this began or came back. */
  readonly begins: number
  /** What happened after the message was made, by the types of later ones about the same cause. */
  readonly later: ReadonlySet<string>
  /** Another incident of the same cause goes on. */
  readonly twin: boolean
}

export interface Telling {
  readonly message: Pick<Notification, 'type' | 'created_at' | 'incident_id'>
  readonly incident: IncidentRow
  readonly options: Pick<ChannelOptions, 'downMinutes' | 'backMinutes'>
  readonly known: Known
  readonly isWorst: boolean
}

export const begins = (type: string): boolean => BEGINS.includes(type)

/** Whether an incident is ten times as large as what was told. */
export function hasGrown({ cohorts }: IncidentRow, told: number | null): boolean {
  return told !== null && hitOf(cohorts) >= TENFOLD * Math.max(told, 1)
}

/**
 * Whether a message is news to its channel, and since when it may go: each stage of one cause is told once, what flaps is
 * told neither each time that it comes nor each time that it goes.
 * @returns when it may go, ms epoch; undefined: it is no news, and never goes
 */
export function newsFrom(telling: Telling): number | undefined {
  const { message, options } = telling
  if (!isNews(telling)) return undefined
  const minutes = begins(message.type) ? options.downMinutes : ENDS.includes(message.type) ? options.backMinutes : 0
  // a clock that was set back does not keep what has nothing to wait for
  return minutes === 0 ? 0 : message.created_at + minutes * MINUTE
}

function isNews(telling: Telling): boolean {
  const { message, incident, known } = telling
  const { last } = known
  switch (message.type as MessageType) {
    case 'opened':
    case 'reopened':
      return isBeginNews(telling)
    case 'contained':
      return (
        incident.status === 'contained' && last !== undefined && !ENDS.includes(last.type) && !happened(known, BEGINS)
      )
    case 'resolved':
      return (
        incident.status === 'resolved' &&
        last !== undefined &&
        last.type !== 'resolved' &&
        !known.twin &&
        !happened(known, BEGINS)
      )
    case 'grown':
      return isActive(incident.status) && hasGrown(incident, last?.machines ?? null)
    default:
      return last !== undefined && last.type !== 'resolved'
  }
}

const happened = ({ later }: Known, types: readonly string[]): boolean => types.some((type) => later.has(type))

function isBeginNews({ message, incident, options, known, isWorst }: Telling): boolean {
  const { last, lastResolvedAt } = known
  // it is over before it lasted long enough to be told
  if (options.downMinutes > 0 && (!isActive(incident.status) || happened(known, ENDS))) return false
  if (last !== undefined && !ENDS.includes(last.type) && goesOn(message, incident, last, lastResolvedAt, options))
    return false
  return isWorst || known.begins < MOST_BEGINS
}

/** The channel was told that it goes on, and that it was over for a moment was not worth telling. */
function goesOn(
  message: Telling['message'],
  incident: IncidentRow,
  last: NonNullable<Known['last']>,
  lastResolvedAt: number | null,
  { backMinutes }: Telling['options'],
): boolean {
  if (last.incident_id === message.incident_id) return true
  return lastResolvedAt !== null && incident.openedAt - lastResolvedAt < backMinutes * MINUTE
}
