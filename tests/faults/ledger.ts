import type { AgentEvent } from '@pumphandle/shared/wire'

/** What one machine sent, and what of it the collector promised to keep. */
export interface Entry {
  readonly uid: string
  readonly sent: AgentEvent[]
  readonly acked: Set<string>
}

/** What was stored, as the checker reads it. */
export interface StoredEvent {
  readonly uid: string
  readonly eventId: string
}

/** What a colleague did, what is stored of it, and what the other end of the channel was told. */
export interface Words {
  /** Texts of notes that were answered. */
  readonly noted: readonly string[]
  /** In their order, as are the messages. */
  readonly history: readonly { readonly incident: number; readonly type: string; readonly payload: string }[]
  readonly messages: readonly {
    readonly id: number
    readonly incident: number
    readonly type: string
    readonly status?: string
  }[]
  readonly told: readonly { readonly id: string; readonly type: string }[]
}

/** Changes that are told to people. */
const TOLD = ['opened', 'suspect-changed', 'contained', 'reopened', 'resolved']

/** Holds what was promised to people against the store and the other end of their channel. Sentences, as above. */
export function brokenWords({ noted, history, messages, told }: Words): string[] {
  const broken: string[] = []
  for (const text of noted) {
    const times = history.filter(({ payload }) => payload.includes(`"${text}"`)).length
    if (times !== 1) broken.push(`${text} was answered and stands there ${times} times`)
  }
  const named = ({ incident, type }: { incident: number; type: string }) => `${incident} ${type}`
  const changes = history.filter(({ type }) => TOLD.includes(type)).map(named)
  const made = messages.filter(({ type }) => TOLD.includes(type)).map(named)
  if (changes.join() !== made.join())
    broken.push(`of the changes ${changes.join()} the messages ${made.join()} were made`)
  // once or more, but of one incident in order
  const came = new Set(told.map(({ id }) => id))
  // what is no news any more when its turn comes is not told
  const wanted = messages.filter(({ status }) => status !== 'skipped')
  for (const [incident, all] of Map.groupBy(wanted, (message) => message.incident)) {
    const want = all.map(({ id }) => `notification-${id}`)
    const got = [...came].filter((id) => want.includes(id))
    if (got.join() !== want.join())
      broken.push(`of incident ${incident} the messages ${want.join()} came as ${got.join()}`)
  }
  return broken
}

/**
 * Holds the promises against the store.
 * @returns sentences, one for each promise that was broken; empty where all were kept
 */
export function brokenPromises(entries: readonly Entry[], stored: readonly StoredEvent[], dark: number): string[] {
  const broken: string[] = []
  const known = new Map(entries.map((entry) => [entry.uid, entry]))
  const counted = new Map<string, number>()
  for (const { uid, eventId } of stored) {
    const key = `${uid} ${eventId}`
    counted.set(key, (counted.get(key) ?? 0) + 1)
    if (!known.get(uid)?.sent.some((event) => event.id === eventId)) broken.push(`${key} is stored and was never sent`)
  }
  for (const [key, times] of counted) if (times > 1) broken.push(`${key} is stored ${times} times`)
  for (const { uid, acked } of entries)
    for (const id of acked)
      if (!counted.has(`${uid} ${id}`)) broken.push(`${uid} ${id} was acknowledged and is not stored`)
  if (dark > 0) broken.push(`${dark} machines were called dark, and all were there`)
  return broken
}
