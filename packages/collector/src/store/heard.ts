import * as z from 'zod/mini'
import { readJson } from './read-json.ts'
import { readSnapshot, writeSnapshot } from './snapshots.ts'
import type { Db, Reader } from './store.ts'

const SNAPSHOT = 'presence'
const Heard = z.array(z.tuple([z.number(), z.number()]))

/** Writes when machines were last heard. Costs an index entry each: called coarsely. */
export async function writeHeard(
  db: Db,
  heard: readonly { readonly machineId: number; readonly at: number }[],
): Promise<void> {
  for (const { machineId, at } of heard)
    await db.updateTable('machine').set({ last_seen: at }).where('id', '=', machineId).execute()
}

/** Writes when all machines were last heard, as one row that only the next start reads. */
export async function writePresence(
  db: Db,
  now: number,
  machines: Iterable<{ readonly id: number; readonly lastHeard: number }>,
): Promise<void> {
  const heard: [id: number, at: number][] = []
  for (const { id, lastHeard } of machines) heard.push([id, lastHeard])
  await writeSnapshot(db, SNAPSHOT, { at: now, seq: 0, body: JSON.stringify(heard) })
}

/** When machines were last heard, as far as the last end of the collector wrote it. */
export async function readPresence(db: Reader): Promise<ReadonlyMap<number, number>> {
  const snapshot = await readSnapshot(db, SNAPSHOT)
  return new Map(snapshot && readJson(Heard, snapshot.body, { table: 'snapshot', id: SNAPSHOT }))
}
