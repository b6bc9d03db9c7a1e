import type { AgentEvent } from '@pumphandle/shared/wire'
import type { Db } from './store.ts'
import type { NewRow } from './tables.ts'

/** An event of one machine, with its times. */
export interface Arrived {
  readonly machineId: number
  readonly event: AgentEvent
  /** When it happened, by the collector's clock. */
  readonly at: number
  readonly receivedAt: number
  /** How far the agent's clock ran ahead when it sent this. */
  readonly skew: number
}

/** Rows of one statement: SQLite takes 32,766 parameters, and a statement of a known size is prepared once. */
const ROWS_PER_INSERT = 500

export interface Appended {
  /** Events that were not there, in their order. */
  readonly fresh: readonly Arrived[]
  readonly repeated: readonly Arrived[]
  /** The highest sequence number given; 0 when nothing was new. */
  readonly seq: number
}

/** Appends events that are not there yet, known by machine and event id. */
export async function appendEvents(db: Db, arrived: readonly Arrived[]): Promise<Appended> {
  const fresh: Arrived[] = []
  const repeated: Arrived[] = []
  let seq = 0
  for (let from = 0; from < arrived.length; from += ROWS_PER_INSERT) {
    const part = arrived.slice(from, from + ROWS_PER_INSERT)
    const inserted = await db
      .insertInto('event')
      .values(part.map(toRow))
      .onConflict((c) => c.columns(['machine_id', 'event_id']).doNothing())
      .returning(['seq', 'machine_id', 'event_id'])
      .execute()
    seq = Math.max(seq, inserted.at(-1)?.seq ?? 0)
    if (inserted.length === part.length) fresh.push(...part)
    else {
      const keys = new Set(inserted.map((row) => `${row.machine_id} ${row.event_id}`))
      // a key counts once: the same event may be in this group twice
      for (const a of part) (keys.delete(`${a.machineId} ${a.event.id}`) ? fresh : repeated).push(a)
    }
  }
  return { fresh, repeated, seq }
}

function toRow({ machineId, event, at, receivedAt }: Arrived): NewRow<'event'> {
  return {
    machine_id: machineId,
    event_id: event.id,
    type: event.type,
    at,
    agent_at: event.at,
    received_at: receivedAt,
    payload: JSON.stringify(event),
  }
}
