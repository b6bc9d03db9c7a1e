import type { ComponentRef, MachineRow } from '@pumphandle/shared/api'
import type { FleetReader } from '../../fleet/fleet.ts'
import { componentKey } from '../../model/component.ts'
import { stopText } from '../../model/stop-code.ts'
import type { PracticeReader } from '../../practices/book.ts'
import type { FleetColumns } from '../../query/index.ts'
import type { Reader, Row } from '../../store/index.ts'
import { cohortsOf, type HasComponent, machinesByIds } from '../../store/machine-rows.ts'

/** Kinds that a row of the list shows. */
const SHOWN = ['sensor', 'content', 'os'] as const

export interface RowSources {
  readonly db: Reader
  readonly fleet: FleetReader
  readonly book: PracticeReader
}

type Ref = Pick<HasComponent, 'kind' | 'name' | 'version'>

/**
 * Rows of the list of machines, in the order of the ids; machines that are gone are left out. Components come from the
 * columns: reading ten rows a machine would take most of an export's time.
 */
export async function machineRows(
  sources: RowSources & { readonly columns: FleetColumns },
  ids: readonly number[],
  incident: number | null,
): Promise<MachineRow[]> {
  const [machines, cohorts] = await Promise.all([
    machinesByIds(sources.db, ids),
    incident === null ? [] : cohortsOf(sources.db, incident, ids),
  ])
  const byId = new Map(machines.map((machine) => [machine.id, machine]))
  const cohortOf = new Map(cohorts.map((row) => [row.machine_id, row.cohort]))
  const has = shownComponents(sources.columns, ids)
  return ids.flatMap((id) => {
    const machine = byId.get(id)
    return machine
      ? [machineRow(sources, machine, has.get(id) ?? [], sources.columns.tagsOf(id), cohortOf.get(id) ?? null)]
      : []
  })
}

export function machineRow(
  { fleet, book }: Pick<RowSources, 'fleet' | 'book'>,
  machine: Row<'machine'>,
  components: readonly Ref[],
  tags: string[],
  cohort: MachineRow['cohort'],
): MachineRow {
  // state and presence are newer in memory than in the store
  const live = fleet.byId(machine.id)
  const refs = (kind: string): ComponentRef[] => components.filter((c) => c.kind === kind).map(componentRefOf)
  return {
    id: machine.uid,
    name: machine.name,
    practice: book.refOf(machine.practice_id),
    state: live?.state ?? machine.state,
    stateSince: live?.stateSince ?? machine.state_since,
    stateReason: live?.stateReason ?? machine.state_reason ?? '',
    model: machine.model,
    sensors: refs('sensor'),
    contents: refs('content'),
    os: refs('os').find((os) => os.name === 'windows') ?? refs('os')[0] ?? null,
    lastSeen: live?.lastHeard ?? machine.last_seen,
    lastBootAt: machine.last_boot_at,
    lastCrashAt: machine.last_crash_at,
    lastCrashStop: machine.last_crash_stop === null ? null : stopText(machine.last_crash_stop),
    lastCrashCulprit: machine.last_crash_culprit,
    tags,
    cohort,
  }
}

function shownComponents(columns: FleetColumns, ids: readonly number[]): Map<number, Ref[]> {
  return new Map(ids.map((id) => [id, SHOWN.flatMap((kind) => columns.componentsOf(id, kind))]))
}

export function componentRefOf({ kind, name, version }: Ref): ComponentRef {
  return { kind, name, version, key: componentKey({ kind, name, version }) }
}
