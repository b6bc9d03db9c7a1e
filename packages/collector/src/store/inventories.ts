import type { Reader } from './store.ts'
import type { Row } from './tables.ts'

/** Rows of one read. */
const PAGE = 20_000
/** Machines of one read. */
const MACHINES = 500

/** A component that a machine has. `since` is null where it was there before anyone looked. */
export interface Had {
  readonly machineId: number
  readonly componentId: number
  readonly since: number | null
}

/** What every machine has now, machine after machine. */
export async function* allMachineComponents(db: Reader): AsyncGenerator<Had[]> {
  for (let machine = 0, component = 0; ; ) {
    const rows = await db
      .selectFrom('machine_component')
      .selectAll()
      // as a pair, so that both databases begin reading where the last page ended
      .where((eb) => eb(eb.refTuple('machine_id', 'component_id'), '>', eb.tuple(machine, component)))
      .orderBy('machine_id')
      .orderBy('component_id')
      .limit(PAGE)
      .execute()
    yield rows.map(toHad)
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return
    machine = last.machine_id
    component = last.component_id
  }
}

/** What these machines have now. */
export async function* componentsOfMachines(db: Reader, machines: readonly number[]): AsyncGenerator<Had[]> {
  for (let from = 0; from < machines.length; from += MACHINES)
    yield (
      await db
        .selectFrom('machine_component')
        .selectAll()
        .where('machine_id', 'in', machines.slice(from, from + MACHINES))
        .execute()
    ).map(toHad)
}

/** Components that these machines lost since a time. */
export async function* removedFromMachines(
  db: Reader,
  machines: readonly number[],
  since: number,
): AsyncGenerator<{ machineId: number; componentId: number; until: number }[]> {
  for (let from = 0; from < machines.length; from += MACHINES)
    yield await db
      .selectFrom('exposure')
      .select(['machine_id as machineId', 'component_id as componentId', 'until'])
      .where('machine_id', 'in', machines.slice(from, from + MACHINES))
      .where('until', '>=', since)
      .$narrowType<{ until: number }>()
      .execute()
}

function toHad(row: Row<'machine_component'>): Had {
  return {
    machineId: row.machine_id,
    componentId: row.component_id,
    since: row.known_since_before === 1 ? null : row.since,
  }
}

/** Models of machines, where they are known. */
export async function machineModels(db: Reader): Promise<{ machineId: number; model: string }[]> {
  return db
    .selectFrom('machine')
    .select(['id as machineId', 'model'])
    .where('model', 'is not', null)
    .$narrowType<{ model: string }>()
    .execute()
}
