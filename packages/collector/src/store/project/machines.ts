import type { EventOf } from '@pumphandle/shared/wire'
import { sql } from 'kysely'
import type { Arrived } from '../../model/arrived.ts'
import { withMeasured } from '../../model/reachability.ts'
import { type Db, isPostgres } from '../db.ts'
import { readReachability } from '../reachability.ts'
import type { NewRow } from '../tables.ts'

/** Under the number of parameters that either database takes. */
const MACHINES_PER_READ = 1_000

/** Writes to each machine's row what boots and inventories say of it, and the latest of what only its page shows. */
export async function projectMachines(db: Db, events: readonly Arrived[]): Promise<void> {
  const boots = new Map<number, Arrived & { event: EventOf<'boot'> }>()
  const inventories = new Map<number, Arrived & { event: EventOf<'inventory'> }>()
  const measured: (Arrived & { event: EventOf<'reachability'> })[] = []
  for (const arrived of events) {
    const { event, machineId, at } = arrived
    if (event.type === 'inventory') inventories.set(machineId, { ...arrived, event })
    else if (event.type === 'reachability') measured.push({ ...arrived, event })
    else if (event.type === 'boot' && at >= (boots.get(machineId)?.at ?? 0)) boots.set(machineId, { ...arrived, event })
  }
  if (isPostgres(db)) await setBoots(db, [...boots.values()])
  else
    for (const { machineId, event, at } of boots.values())
      await db
        .updateTable('machine')
        .set({ last_boot_at: at, boot_id: event.bootId })
        .where('id', '=', machineId)
        .where((eb) => eb.or([eb('last_boot_at', 'is', null), eb('last_boot_at', '<=', at)]))
        .execute()
  if (isPostgres(db)) await putInventories(db, [...inventories.values()])
  else for (const { machineId, event } of inventories.values()) await putInventory(db, machineId, event)
  await putMeasured(db, measured)
}

async function setBoots(db: Db, boots: readonly (Arrived & { readonly event: EventOf<'boot'> })[]): Promise<void> {
  if (boots.length === 0) return
  await sql`
    update machine set last_boot_at = t.at, boot_id = t.boot
    from unnest(
      ${boots.map(({ machineId }) => machineId)}::bigint[], ${boots.map(({ at }) => at)}::bigint[],
      ${boots.map(({ event }) => event.bootId)}::text[]) as t (machine, at, boot)
    where id = t.machine and (last_boot_at is null or last_boot_at <= t.at)`.execute(db)
}

/** Each event tells of some of the services, so that it is joined with what is known of the others. */
async function putMeasured(
  db: Db,
  events: readonly (Arrived & { readonly event: EventOf<'reachability'> })[],
): Promise<void> {
  const machines = [...new Set(events.map((event) => event.machineId))]
  for (let from = 0; from < machines.length; from += MACHINES_PER_READ) {
    const some = machines.slice(from, from + MACHINES_PER_READ)
    const known = await readReachability(db, some)
    for (const { machineId, event, at } of events)
      if (some.includes(machineId)) known.set(machineId, withMeasured(known.get(machineId) ?? [], event.results, at))
    const rows = some.flatMap((machine_id) => {
      const probes = known.get(machine_id) ?? []
      const [newest] = probes
      return newest ? [{ machine_id, reachability: JSON.stringify(probes), reachability_at: newest.at }] : []
    })
    if (rows.length > 0)
      await db
        .insertInto('machine_detail')
        .values(rows)
        .onConflict((c) =>
          c.column('machine_id').doUpdateSet((e) => ({
            reachability: e.ref('excluded.reachability'),
            reachability_at: e.ref('excluded.reachability_at'),
          })),
        )
        .execute()
  }
}

/** What the machine's page shows of it: components are in rows of their own. */
function shownOf(inventory: EventOf<'inventory'>): string {
  const { components: _components, complete: _complete, id: _id, type: _type, ...rest } = inventory
  return JSON.stringify(rest)
}

/** As {@link putInventory}, by two statements for all of them. */
async function putInventories(
  db: Db,
  inventories: readonly (Arrived & { readonly event: EventOf<'inventory'> })[],
): Promise<void> {
  if (inventories.length === 0) return
  const ids = inventories.map(({ machineId }) => machineId)
  const of = (key: 'model' | 'osName' | 'serialNumber') => inventories.map(({ event }) => event[key] ?? null)
  await sql`
    insert into machine_detail (machine_id, inventory)
    select * from unnest(${ids}::bigint[], ${inventories.map(({ event }) => shownOf(event))}::text[])
    on conflict (machine_id) do update set inventory = excluded.inventory`.execute(db)
  await sql`
    update machine set
      model = coalesce(t.model, machine.model), os_name = coalesce(t.os, os_name),
      serial_number = coalesce(t.serial, serial_number)
    from unnest(${ids}::bigint[], ${of('model')}::text[], ${of('osName')}::text[], ${of('serialNumber')}::text[])
      as t (machine, model, os, serial)
    where id = t.machine and coalesce(t.model, t.os, t.serial) is not null`.execute(db)
}

async function putInventory(db: Db, machineId: number, inventory: EventOf<'inventory'>): Promise<void> {
  await putDetail(db, machineId, { inventory: shownOf(inventory) })
  const { model, osName, serialNumber } = inventory
  if (model === undefined && osName === undefined && serialNumber === undefined) return
  await db
    .updateTable('machine')
    .set({
      ...(model === undefined ? {} : { model }),
      ...(osName === undefined ? {} : { os_name: osName }),
      ...(serialNumber === undefined ? {} : { serial_number: serialNumber }),
    })
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
