import { sql } from 'kysely'
import type { ComponentChange } from '../../model/component.ts'
import type { Db } from '../db.ts'
import { givenRows } from '../given-rows.ts'

/** Rows of one statement: SQLite takes 32,766 values. */
const ROWS = 1_000

/** Writes what machines have now, and the stretches of time that they had it. */
export async function writeComponents(db: Db, changes: readonly ComponentChange[]): Promise<void> {
  // a version that came and went within the group must be written in that order
  for (const run of runs(changes)) {
    if (run[0]?.change === 'removed') await remove(db, run)
    else await add(db, run)
  }
}

/** Neighbours of the same sort, together. */
function runs(changes: readonly ComponentChange[]): ComponentChange[][] {
  const out: ComponentChange[][] = []
  for (const change of changes) {
    const last = out.at(-1)
    if (last !== undefined && (last[0]?.change === 'removed') === (change.change === 'removed')) last.push(change)
    else out.push([change])
  }
  return out
}

async function add(db: Db, added: readonly ComponentChange[]): Promise<void> {
  for (let from = 0; from < added.length; from += ROWS) {
    const part = added.slice(from, from + ROWS)
    await db
      .insertInto('machine_component')
      .values(
        part.map((c) => ({
          machine_id: c.machineId,
          component_id: c.component.id,
          since: c.at,
          known_since_before: c.change === 'present' ? (1 as const) : (0 as const),
        })),
      )
      .onConflict((c) => c.columns(['machine_id', 'component_id']).doNothing())
      .execute()
    await db
      .insertInto('exposure')
      .values(part.map((c) => ({ machine_id: c.machineId, component_id: c.component.id, since: c.at, until: null })))
      .execute()
  }
}

async function remove(db: Db, removed: readonly ComponentChange[]): Promise<void> {
  if (removed.length === 0) return
  const rows = removed.map((c) => ({ machine: c.machineId, component: c.component.id, at: c.at }))
  const t = givenRows(db, { machine: 'bigint', component: 'bigint', at: 'bigint' }, rows)
  await sql`
    delete from machine_component
    where (machine_id, component_id) in (select machine, component from ${t})`.execute(db)
  await sql`
    update exposure set until = t.at from ${t}
    where machine_id = t.machine and component_id = t.component and until is null`.execute(db)
}
