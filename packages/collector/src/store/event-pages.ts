import type { AgentEvent } from '@pumphandle/shared/wire'
import type * as z from 'zod/mini'
import type { Arrived } from '../model/arrived.ts'
import { readJson } from './read-json.ts'
import type { Reader } from './store.ts'

/** Rows of one read. */
const PAGE = 5_000

/** Events of some types after a sequence number, received up to a time, in the order of their acceptance; damaged ones are left out. */
export async function* eventsAfter(
  db: Reader,
  schema: z.core.$ZodType<AgentEvent>,
  types: readonly AgentEvent['type'][],
  seq: number,
  until = Number.MAX_SAFE_INTEGER,
): AsyncGenerator<{ seq: number; arrived: Arrived }[]> {
  for (let after = seq; ; ) {
    const rows = await db
      .selectFrom('event')
      .select(['seq', 'machine_id', 'at', 'agent_at', 'received_at', 'payload'])
      .where('seq', '>', after)
      .where('type', 'in', types)
      .where('received_at', '<=', until)
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    yield rows.flatMap((r) => {
      const event = readJson(schema, r.payload, { table: 'event', id: r.seq })
      if (!event) return []
      const arrived = { machineId: r.machine_id, event, at: r.at, receivedAt: r.received_at, skew: r.agent_at - r.at }
      return [{ seq: r.seq, arrived }]
    })
    const last = rows.at(-1)
    if (!last || rows.length < PAGE) return
    after = last.seq
  }
}
