import type { EventOf } from '@pumphandle/shared/wire'
import { sql } from 'kysely'
import type { Arrived } from '../../model/arrived.ts'
import { withMeasured } from '../../model/reachability.ts'
import type { Db } from '../db.ts'
import { givenRows } from '../given-rows.ts'
import { readReachability } from '../reachability.ts'

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
  await setBoots(db, [...boots.values()])
  await putInventories(db, [...inventories.values()])
  await putMeasured(db, measured)
}

async function setBoots(db: Db, boots: readonly (Arrived & { readonly event: EventOf<'boot'> })[]): Promise<void> {
  if (boots.length === 0) return
  const rows = boots.map(({ machineId, at, event }) => ({ machine: machineId, at, boot: event.bootId }))
  await sql`
    update machine set last_boot_at = t.at, boot_id = t.boot
    from ${givenRows(db, { machine: 'bigint', at: 'bigint', boot: 'text' }, rows)}
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

async function putInventories(
  db: Db,
  inventories: readonly (Arrived & { readonly event: EventOf<'inventory'> })[],
): Promise<void> {
  if (inventories.length === 0) return
  const shown = inventories.map(({ machineId, event }) => ({ machine: machineId, shown: shownOf(event) }))
  // `where true`, or SQLite takes the `on conflict` for a join's
  await sql`
    insert into machine_detail (machine_id, inventory)
    select * from ${givenRows(db, { machine: 'bigint', shown: 'text' }, shown)} where true
    on conflict (machine_id) do update set inventory = excluded.inventory`.execute(db)
  const columns = { machine: 'bigint', model: 'text', os: 'text', serial: 'text' } as const
  const rows = inventories.map(({ machineId, event: { model = null, osName = null, serialNumber = null } }) => ({
    machine: machineId,
    model,
    os: osName,
    serial: serialNumber,
  }))
  await sql`
    update machine set
      model = coalesce(t.model, machine.model), os_name = coalesce(t.os, os_name),
      serial_number = coalesce(t.serial, serial_number)
    from ${givenRows(db, columns, rows)}
    where id = t.machine and coalesce(t.model, t.os, t.serial) is not null`.execute(db)
}
