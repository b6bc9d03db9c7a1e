import type { Db } from './store.ts'

/** Writes when machines were last heard. Costs an index entry each: called coarsely. */
export async function writeHeard(
  db: Db,
  heard: readonly { readonly machineId: number; readonly at: number }[],
): Promise<void> {
  for (const { machineId, at } of heard)
    await db.updateTable('machine').set({ last_seen: at }).where('id', '=', machineId).execute()
}
