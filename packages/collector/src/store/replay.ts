import { type AgentEvent, CrashEvent, ServiceStateEvent } from '@pumphandle/shared/wire'
import * as z from 'zod/mini'
import type { Arrived } from '../model/arrived.ts'
import { readJson } from './read-json.ts'
import type { Reader } from './store.ts'

/** Rows of one read. */
const PAGE = 5_000

/**
 * What may be a failure. A crash lists some 150 drivers, which nobody asks for here and which cost four fifths of the
 * check: they are passed over.
 */
const Failing = z.discriminatedUnion('type', [z.omit(CrashEvent, { drivers: true }), ServiceStateEvent])
const FAILING = ['crash', 'service-state'] as const satisfies readonly AgentEvent['type'][]

/** Crashes and states of services that were stored after a sequence number, in the order of their acceptance. */
export async function* failuresAfter(db: Reader, seq: number): AsyncGenerator<Arrived[]> {
  for (let after = seq; ; ) {
    const rows = await db
      .selectFrom('event')
      .select(['seq', 'machine_id', 'at', 'agent_at', 'received_at', 'payload'])
      .where('seq', '>', after)
      .where('type', 'in', FAILING)
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    yield rows.flatMap((r) => {
      const event = readJson(Failing, r.payload, { table: 'event', id: r.seq })
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
