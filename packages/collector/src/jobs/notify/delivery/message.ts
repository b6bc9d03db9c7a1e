import type { ComponentRef, IncidentHistoryEntry, IncidentRow } from '@pumphandle/shared/api'

export type ChangeType = IncidentHistoryEntry['type']

/** Changes of an incident that people are told of. Others are for the page: a growing number would ring all night. */
export const TOLD: readonly ChangeType[] = ['opened', 'suspect-changed', 'contained', 'reopened', 'resolved']

/** One message about one change, before a channel puts it into its own form. */
export interface Message {
  /** `opened`, ..., `test`, of the collector itself: `trouble` and `trouble-over`, of other organisations: `warning`, a person's word: `hold`, `release`, or a saved question: `question`. */
  readonly type: ChangeType | 'test' | 'trouble' | 'trouble-over' | 'warning' | 'hold' | 'release' | 'question'
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
export const isOver = ({ type }: Message): boolean => type === 'resolved' || type === 'trouble-over'

/** The same for all messages about one cause, so that a service shows one alert. */
export const keyOf = ({ incident, type, id }: Message): string => {
  if (incident) return `pumphandle-incident-${incident.id}`
  return type === 'warning' && id !== undefined ? `pumphandle-${id}` : `pumphandle-${type.replace('-over', '')}`
}

const WORDS: Readonly<Partial<Record<ChangeType, string>>> = {
  opened: 'New incident',
  'suspect-changed': 'Suspect changed',
  contained: 'Contained',
  reopened: 'Reopened',
  resolved: 'Resolved',
}

export function messageOf(
  incident: IncidentRow,
  type: ChangeType,
  at: number,
  address: string | undefined,
  acknowledge?: string,
): Message {
  const { affected, relapsed, missing, recovered } = incident.cohorts
  const again = relapsed > 0 ? `, ${relapsed} relapsed` : ''
  const gone = missing > 0 ? `, ${missing} missing` : ''
  const numbers = `${affected} machines affected, ${incident.cohorts['at-risk']} at risk, ${recovered} recovered${again}${gone}, ${incident.practices} practices.`
  return {
    type,
    title: `${WORDS[type] ?? 'Incident'}: ${incident.title}`,
    text: withHint(`${incident.sentence} ${numbers}`, address),
    link: address && `${address}/incidents/${incident.id}`,
    acknowledge,
    at,
    incident,
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
  }
}

/** A saved question has an answer where it had none. */
export function questionMessage(
  { name, q, found }: { name: string; q: string; found: number },
  at: number,
  address: string | undefined,
): Message {
  return {
    type: 'question',
    title: `${name}: ${found} ${found === 1 ? 'machine' : 'machines'}`,
    text: withHint(`The saved question “${name}” had no answer and has one now.`, address),
    link: address && `${address}/machines?q=${encodeURIComponent(q)}`,
    at,
    incident: undefined,
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
    hold: held,
  }
}

/** The collector itself is blind or mute, or is so no longer. */
export function troubleMessage(sentence: string, over: boolean, at: number, address: string | undefined): Message {
  return {
    type: over ? 'trouble-over' : 'trouble',
    title: over ? 'Pumphandle itself is well again' : 'Pumphandle itself is in trouble',
    text: withHint(over ? `This is over: ${sentence}` : sentence, address),
    link: address,
    at,
    incident: undefined,
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
