import type { CollectorHealth, ComponentRef, IncidentHistoryEntry, IncidentRow } from '@pumphandle/shared/api'
import { counted, incidentNumbers, practicesStopped } from '@pumphandle/shared/words'

/** Changes of an incident, by the words of its history. */
type ChangeType = IncidentHistoryEntry['type']
/** What a message about an incident says: a change of it, or that it is ten times as large as when it was told last. */
export type MessageType = ChangeType | 'grown'

/** Changes of an incident that people are told of. Others are for the page: a growing number would ring all night. */
export const TOLD: readonly string[] = [
  'opened',
  'suspect-changed',
  'contained',
  'reopened',
  'resolved',
] satisfies ChangeType[]

/** One message about one change, before a channel puts it into its own form. */
export interface Message {
  /** `opened`, ..., `digest`, `test`, of the collector itself: `trouble` and `trouble-over`, of other organisations: `warning`, a person's word: `hold`, `release`, or a saved question: `question`. */
  readonly type:
    | MessageType
    | 'digest'
    | 'test'
    | 'trouble'
    | 'trouble-over'
    | 'warning'
    | 'hold'
    | 'release'
    | 'question'
  /** The same however often it is sent: a message whose sender was killed may come twice. Undefined for what is sent once. */
  readonly id?: string | undefined
  /** One line. */
  readonly title: string
  /** A sentence or two, without mark-up. */
  readonly text: string
  /** The incident's page; undefined where nobody knows the collector's address, which the text then says. */
  readonly link: string | undefined
  /** A page with one button that acknowledges the incident, for whoever has the link; absent where nobody needs it. */
  readonly acknowledge?: string | undefined
  readonly at: number
  /** For programs; absent in a test, and in what is of the collector itself. */
  readonly incident: IncidentRow | undefined
  /** The incident whose alert this belongs to, where that is an earlier one of the same cause. */
  readonly thread?: number | undefined
  /** What services file it under that show one alert a cause, where it is of no incident; absent: under its id, or its type. */
  readonly alert?: string
  /** A trouble that may wait for the morning. */
  readonly mild?: boolean | undefined
  /** The version that a person wants held, or let go on. */
  readonly hold?: Held
}

/** A person's word about a version, for the organisation's own automation. */
export interface Held {
  readonly action: 'hold' | 'release'
  readonly component: Pick<ComponentRef, 'kind' | 'name' | 'version' | 'key'>
  readonly reason: string
  readonly by: string
}

/** The message says that something has ended, and an alert about it may be closed. */
export const isOver = ({ type }: Message): boolean => ['resolved', 'trouble-over', 'release'].includes(type)

/** Who is woken by it, who finds it at their desk, and what nobody has to see to. */
export type Urgency = 'urgent' | 'warning' | 'calm'

/** Without those that nobody has to see to. */
const URGENCY: Readonly<Partial<Record<Message['type'], Urgency>>> = {
  opened: 'urgent',
  reopened: 'urgent',
  grown: 'urgent',
  'suspect-changed': 'urgent',
  trouble: 'urgent',
  contained: 'warning',
  warning: 'warning',
  hold: 'warning',
  question: 'warning',
}

export function urgencyOf({ type, mild = false }: Pick<Message, 'type' | 'mild'>): Urgency {
  const urgency = URGENCY[type] ?? 'calm'
  return mild && urgency === 'urgent' ? 'warning' : urgency
}

/** The same for all messages about one cause, so that a service shows one alert; another for each other cause. */
export const keyOf = ({ incident, thread, alert, id, type }: Message): string =>
  `pumphandle-${incident ? `incident-${thread ?? incident.id}` : (alert ?? id ?? type)}`

const WORDS: Readonly<Partial<Record<MessageType, string>>> = {
  opened: 'New incident',
  grown: 'Ten times larger',
  'suspect-changed': 'Suspect changed',
  contained: 'Contained',
  reopened: 'Reopened',
  resolved: 'Resolved',
}

/** What is the same for all incidents with one cause, so that one which comes again is known. */
export const causeOf = ({ kind, cause, partner, title }: IncidentRow): string =>
  cause ? [cause.key, ...(partner ? [partner.key] : [])].join(' + ') : `${kind} ${title}`

export interface Saying {
  readonly incident: IncidentRow
  readonly type: MessageType
  readonly at: number
  readonly address: string | undefined
  /** A link that acknowledges. */
  readonly acknowledge?: string | undefined
  /** Nothing more is told of its coming and going for a day. */
  readonly last?: boolean
  /** It is told because nobody has taken it for so many minutes; 0: everybody hears of it at once. */
  readonly unanswered?: number
}

export function messageOf({ incident, type, at, address, acknowledge, last = false, unanswered = 0 }: Saying): Message {
  const flaps = last ? ' It comes and goes: for a day you hear of it again only if it grows tenfold.' : ''
  const before = type === 'resolved' ? plannedOf(incident) : `${takenBy(incident, unanswered)}${workOf(incident)}`
  return {
    type,
    title: `${WORDS[type] ?? 'Incident'}: ${incident.title}`,
    text: withHint(`${before}${incident.sentence} ${incidentNumbers(incident)}${flaps}`, address),
    link: address && `${address}/incidents/${incident.id}`,
    acknowledge,
    at,
    incident,
  }
}

const plannedOf = ({ planned }: IncidentRow): string =>
  planned === undefined ? '' : `It was planned work, and no incident: ${planned}. `

/** First of all, whether whoever is woken by it has to get up. */
function takenBy({ owner }: IncidentRow, unanswered: number): string {
  if (owner) return `${owner} has it. `
  return unanswered > 0 ? `Nobody has taken it for ${counted(unanswered, 'minute')}. ` : ''
}

const workOf = (incident: IncidentRow): string => {
  const words = practicesStopped(incident)
  return words === '' ? '' : `${words} `
}

/** What was not of the worst, once a day. */
export function digestMessage(incidents: readonly IncidentRow[], at: number, address: string | undefined): Message {
  const lines = incidents.map(
    (incident) => `- ${incident.title} (${incident.status}): ${workOf(incident)}${incidentNumbers(incident)}`,
  )
  return {
    type: 'digest',
    title: `Digest: ${counted(incidents.length, 'incident')}`,
    text: withHint(lines.join('\n'), address),
    link: address && `${address}/incidents`,
    at,
    incident: undefined,
  }
}

export function testMessage(channel: string, at: number, address: string | undefined): Message {
  return {
    type: 'test',
    title: 'Pumphandle: test message',
    text: withHint(`The channel “${channel}” works. Nothing is wrong.`, address),
    link: address,
    at,
    incident: undefined,
    // one that is pressed again arrives again
    alert: `test-${at}`,
  }
}

/** A saved question has an answer where it had none. */
export function questionMessage(
  { id, name, q, found }: { id: number; name: string; q: string; found: number },
  at: number,
  address: string | undefined,
): Message {
  return {
    type: 'question',
    title: `${name}: ${counted(found, 'machine')}`,
    text: withHint(`The saved question “${name}” had no answer and has one now.`, address),
    link: address && `${address}/machines?q=${encodeURIComponent(q)}`,
    at,
    incident: undefined,
    alert: `question-${id}-${at}`,
  }
}

export function holdMessage(held: Held, at: number, address: string | undefined): Message {
  const { action, component, reason, by } = held
  const words = action === 'hold' ? 'Hold' : 'Let go on'
  return {
    type: action,
    title: `${words}: ${component.key}`,
    text: withHint(`${by} says: ${words.toLowerCase()} ${component.key}.${reason === '' ? '' : ` ${reason}`}`, address),
    link: address && `${address}/version?key=${encodeURIComponent(component.key)}`,
    at,
    incident: undefined,
    alert: `hold-${component.key}`,
    hold: held,
  }
}

/** The collector itself is blind or mute, or is so no longer. */
export function troubleMessage(
  { code, title, severity }: CollectorHealth['problems'][number],
  over: boolean,
  at: number,
  address: string | undefined,
): Message {
  // a telephone that is asleep shows the title alone: what is wrong, not yet what to do
  const what = title.split(/;|\.$/, 1)[0] ?? ''
  return {
    type: over ? 'trouble-over' : 'trouble',
    // what was wrong, said as if it were now, is read as news at night
    title: over ? `Trouble of Pumphandle itself is over. It was: ${what}` : `Pumphandle itself is in trouble: ${what}`,
    text: withHint(over ? `This is over. It was: ${what}.` : title, address),
    link: address,
    at,
    incident: undefined,
    alert: `trouble-${code}`,
    mild: severity === 'warning',
  }
}

/**
 * Other organisations see a version fail that machines here have or wait for. Sent once for each version and warning.
 * @param page its page on the dashboard, without the address
 */
export function warningMessage(
  { id, name, sentence, page }: { id: string; name: string; sentence: string; page: string },
  at: number,
  address: string | undefined,
): Message {
  return {
    type: 'warning',
    id: `warning-${id}`,
    title: `Warning by other organisations: ${name}`,
    text: withHint(
      `${sentence} This is others’ evidence, and no incident of yours; hold its roll-out until more is known.`,
      address,
    ),
    link: address && `${address}${page}`,
    at,
    incident: undefined,
  }
}

/** An address that nobody can open is worse than none. */
function withHint(text: string, address: string | undefined): string {
  return address === undefined
    ? `${text} (Messages have no link until PUMPHANDLE_PUBLIC_URL says, where the collector starts, at which address people open it.)`
    : text
}
