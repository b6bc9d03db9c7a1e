import { createHash } from 'node:crypto'
import type { EventOf } from '@pumphandle/shared/wire'

/** Where the spool remembers the last inventory it was given. */
export const INVENTORY = 'inventory'
interface Told {
  hash: string
  number: number
}

/**
 * The inventory as an event, or undefined where it says what the last one said. Numbered, because a machine may come back to
 * an earlier state, and an id is stored once.
 */
export function inventoryEvent(
  told: unknown,
  content: Omit<EventOf<'inventory'>, 'id' | 'at' | 'type'>,
  now: number,
): { event: EventOf<'inventory'>; told: Told } | undefined {
  const before = isTold(told) ? told : { hash: '', number: 0 }
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('base64url').slice(0, 22)
  if (hash === before.hash) return undefined
  const number = before.number + 1
  return {
    event: { id: `inventory:${number}:${hash}`, at: now, type: 'inventory', ...content },
    told: { hash, number },
  }
}

function isTold(value: unknown): value is Told {
  return typeof value === 'object' && value !== null && 'hash' in value && 'number' in value
}
