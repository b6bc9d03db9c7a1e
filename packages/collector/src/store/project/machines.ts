import type { EventOf } from '@pumphandle/shared/wire'
import type { Arrived } from '../../model/arrived.ts'
import type { Db } from '../store.ts'
import type { NewRow } from '../tables.ts'

/** Writes to each machine's row what boots and inventories say of it, and the latest of what only its page shows. */
export async function projectMachines(db: Db, events: readonly Arrived[]): Promise<void> {
  const boots = new Map<number, Arrived & { event: EventOf<'boot'> }>()
  const inventories = new Map<number, Arrived & { event: EventOf<'inventory'> }>()
  const reachability = new Map<number, Arrived & { event: EventOf<'reachability'> }>()
  for (const { event, ...rest } of events) {
    if (event.type === 'inventory') inventories.set(rest.machineId, { ...rest, event })
    else if (event.type === 'reachability') reachability.set(rest.machineId, { ...rest, event })
    else if (event.type === 'boot' && rest.at >= (boots.get(rest.machineId)?.at ?? 0))
      boots.set(rest.machineId, { ...rest, event })
  }
  for (const { machineId, event, at } of boots.values())
    await db
      .updateTable('machine')
      .set({ last_boot_at: at, boot_id: event.bootId })
      .where('id', '=', machineId)
      .where((eb) => eb.or([eb('last_boot_at', 'is', null), eb('last_boot_at', '<=', at)]))
      .execute()
  for (const { machineId, event } of inventories.values()) await putInventory(db, machineId, event)
  for (const { machineId, event, at } of reachability.values())
    await putDetail(db, machineId, { reachability: JSON.stringify(event.results), reachability_at: at })
}

async function putInventory(db: Db, machineId: number, inventory: EventOf<'inventory'>): Promise<void> {
  const { components: _components, complete: _complete, id: _id, type: _type, ...rest } = inventory
  await putDetail(db, machineId, { inventory: JSON.stringify(rest) })
  const { model, osName } = inventory
  if (model === undefined && osName === undefined) return
  await db
    .updateTable('machine')
    .set({ ...(model === undefined ? {} : { model }), ...(osName === undefined ? {} : { os_name: osName }) })
    .where('id', '=', machineId)
    .execute()
}

/** Sets columns of a machine's detail; those that are not named stay. */
async function putDetail(
  db: Db,
  machineId: number,
  columns: Partial<Omit<NewRow<'machine_detail'>, 'machine_id'>>,
): Promise<void> {
  await db
    .insertInto('machine_detail')
    .values({ machine_id: machineId, ...columns })
    .onConflict((c) => c.column('machine_id').doUpdateSet(columns))
    .execute()
}
