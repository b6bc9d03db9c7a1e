import { sql } from 'kysely'
import * as z from 'zod/mini'
import { type Db, isPostgres, type Reader } from './db.ts'
import { givenRows } from './given-rows.ts'
import { readJson } from './read-json.ts'
import { readSnapshot, writeSnapshot } from './snapshots.ts'

const SNAPSHOT = 'presence'
const Heard = z.array(z.tuple([z.number(), z.number()]))

/** Writes when machines were last heard, by one statement. Costs an index entry each: called coarsely. */
export async function writeHeard(
  db: Db,
  heard: readonly { readonly machineId: number; readonly at: number }[],
): Promise<void> {
  // in the order that edges change them in
  if (isPostgres(db)) {
    const ids = heard.map(({ machineId }) => machineId)
    await sql`select 1 from machine where id = any(${ids}::bigint[]) order by id for no key update`.execute(db)
  }
  const rows = heard.map(({ machineId, at }) => ({ machine: machineId, at }))
  await sql`update machine set last_seen = t.at
    from ${givenRows(db, { machine: 'bigint', at: 'bigint' }, rows)}
    where id = t.machine`.execute(db)
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
