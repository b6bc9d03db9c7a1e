import type { Db } from './store.ts'

/** Rows of one read. */
const PAGE = 20_000

/** What every machine has now, machine after machine. `since` is null where it was there before anyone looked. */
export async function* allMachineComponents(
  db: Db,
): AsyncGenerator<{ machineId: number; componentId: number; since: number | null }[]> {
  for (let machine = 0, component = 0; ; ) {
    const rows = await db
      .selectFrom('machine_component')
      .selectAll()
      .where((eb) =>
        eb.or([
          eb('machine_id', '>', machine),
          eb.and([eb('machine_id', '=', machine), eb('component_id', '>', component)]),
        ]),
      )
      .orderBy('machine_id')
      .orderBy('component_id')
      .limit(PAGE)
      .execute()
    yield rows.map((r) => ({
      machineId: r.machine_id,
      componentId: r.component_id,
      since: r.known_since_before === 1 ? null : r.since,
    }))
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    machine = last.machine_id
    component = last.component_id
  }
}

/** Models of machines, where they are known. */
export async function machineModels(db: Db): Promise<{ machineId: number; model: string }[]> {
  return db
    .selectFrom('machine')
    .select(['id as machineId', 'model'])
    .where('model', 'is not', null)
    .$narrowType<{ model: string }>()
    .execute()
}
