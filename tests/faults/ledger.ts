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
