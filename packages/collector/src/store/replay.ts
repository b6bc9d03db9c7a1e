import { type AgentEvent, CrashEvent, ServiceStateEvent } from '@pumphandle/shared/wire'
import * as z from 'zod/mini'
import type { Arrived } from '../model/arrived.ts'
import { eventsAfter } from './event-pages.ts'
import type { Reader } from './store.ts'

/**
 * What may be a failure. A crash lists some 150 drivers, which nobody asks for here and which cost four fifths of the
 * check: they are passed over.
 */
const Failing = z.discriminatedUnion('type', [z.omit(CrashEvent, { drivers: true }), ServiceStateEvent])
const FAILING = ['crash', 'service-state'] as const satisfies readonly AgentEvent['type'][]

/** Crashes and states of services that were stored after a sequence number, in the order of their acceptance. */
export async function* failuresAfter(db: Reader, seq: number): AsyncGenerator<Arrived[]> {
  for await (const page of eventsAfter(db, Failing, FAILING, seq)) yield page.map(({ arrived }) => arrived)
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
