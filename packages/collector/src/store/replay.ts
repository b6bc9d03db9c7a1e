import { AgentEvent } from '@pumphandle/shared/wire'
import type { Arrived } from '../model/arrived.ts'
import { readJson } from './read-json.ts'
import type { Reader } from './store.ts'

/** Rows of one read. */
const PAGE = 5_000

/** The newest event's sequence number; 0 when there is none. */
export async function newestSeq(db: Reader): Promise<number> {
  const row = await db
    .selectFrom('event')
    .select((eb) => eb.fn.max('seq').as('seq'))
    .executeTakeFirst()
  return Number(row?.seq ?? 0)
}

/** Events of some types that were stored after a sequence number, in the order of their acceptance. */
export async function* eventsAfter(
  db: Reader,
  seq: number,
  types: readonly AgentEvent['type'][],
): AsyncGenerator<Arrived[]> {
  for (let after = seq; ; ) {
    const rows = await db
      .selectFrom('event')
      .select(['seq', 'machine_id', 'at', 'agent_at', 'received_at', 'payload'])
      .where('seq', '>', after)
      .where('type', 'in', types)
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    yield rows.flatMap((r) => {
      const event = readJson(AgentEvent, r.payload, { table: 'event', id: r.seq })
      if (!event) return []
      return { machineId: r.machine_id, event, at: r.at, receivedAt: r.received_at, skew: r.agent_at - r.at }
    })
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    after = last.seq
  }
}

/** Machines whose components changed by an event after a sequence number. */
export async function machinesChangedAfter(db: Reader, seq: number): Promise<number[]> {
  const rows = await db
    .selectFrom('event')
    .select('machine_id')
    .distinct()
    .where('seq', '>', seq)
    .where('type', 'in', ['component-changed', 'inventory'])
    .execute()
  return rows.map((row) => row.machine_id)
}
