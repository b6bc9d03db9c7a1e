import { partsOf } from './days.ts'
import type { Reader } from './store.ts'

/** An event's number, and when it was received, ms epoch. */
export interface EventEnd {
  readonly seq: number
  readonly receivedAt: number
}

/** The event that was stored first of those that are there; undefined without any. */
export function oldestEvent(db: Reader): Promise<EventEnd | undefined> {
  return endOf(db, 'asc')
}

/** The event that was stored last. */
export function newestEvent(db: Reader): Promise<EventEnd | undefined> {
  return endOf(db, 'desc')
}

/** Of days the first that has any; what lies in no day may be before or after it. */
async function endOf(db: Reader, order: 'asc' | 'desc'): Promise<EventEnd | undefined> {
  const parts = await partsOf(db, 'event')
  const [days, rest] = [parts.slice(0, -1), parts.at(-1) ?? 'event']
  let end = await endOfPart(db, rest, order)
  for (const day of order === 'desc' ? days : days.toReversed()) {
    const found = await endOfPart(db, day, order)
    if (found === undefined) continue
    if (end === undefined || found.seq < end.seq === (order === 'asc')) end = found
    break
  }
  return end
}

async function endOfPart(db: Reader, part: 'event', order: 'asc' | 'desc'): Promise<EventEnd | undefined> {
  const row = await db.selectFrom(part).select(['seq', 'received_at']).orderBy('seq', order).limit(1).executeTakeFirst()
  return row && { seq: row.seq, receivedAt: row.received_at }
}
