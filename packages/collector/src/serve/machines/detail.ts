import type { MachineDetail } from '@pumphandle/shared/api'
import type { InventoryEvent, ProbeResult, Vitals } from '@pumphandle/shared/wire'
import type * as z from 'zod/mini'
import type { Row } from '../../store/index.ts'
import { machineDetails } from '../../store/machine-details.ts'
import { componentsOf, type HasComponent } from '../../store/machine-rows.ts'
import { eventsOf } from '../../store/timeline.ts'
import { type ComponentDetail, componentDetails } from './component-details.ts'
import { crashRow } from './crashes.ts'
import { componentRefOf, machineRow, type RowSources } from './rows.ts'

type Inventory = Partial<z.infer<typeof InventoryEvent>>

/** Latest crashes looked through for a blue screen, which matters more than a program that crashed since. */
const CRASHES_LOOKED_AT = 20

/** Everything that is known of one machine. */
export async function machineDetail(sources: RowSources, machine: Row<'machine'>): Promise<MachineDetail> {
  const { db, fleet } = sources
  const [components, { detail, enrolledAt, incidents }, crashes, detailOf] = await Promise.all([
    componentsOf(db, [machine.id]),
    machineDetails(db, machine.id),
    eventsOf(db, machine.id, { from: undefined, until: undefined }, null, CRASHES_LOOKED_AT, ['crash']),
    componentDetails(db, machine.id),
  ])
  const inventory = read<Inventory>(detail?.inventory) ?? {}
  const live = fleet.byId(machine.id)
  const vitals = live?.vitals ?? stored<Vitals>(detail?.vitals, detail?.vitals_at)
  const reachability = live?.reachability ?? reachabilityOf(detail)
  const crashRows = crashes.map(crashRow)
  return {
    machine: machineRow(sources, machine, components, null),
    agentVersion: machine.agent_version,
    unmanaged: machine.unmanaged === 1,
    enrolledAt: enrolledAt ?? machine.first_seen,
    osName: machine.os_name ?? inventory.osName ?? null,
    maker: inventory.maker ?? null,
    serialNumber: inventory.serialNumber ?? null,
    clockSkewMs: live?.clockSkewMs ?? detail?.clock_skew_ms ?? null,
    components: components.map((component) => componentRow(component, detailOf(component))),
    lastCrash: crashRows.find((crash) => crash.kind === 'bugcheck') ?? crashRows[0] ?? null,
    vitals: vitals?.value ?? null,
    vitalsAt: vitals?.at ?? null,
    readiness: readinessOf(inventory),
    hardware: inventory.hardware ?? null,
    reachability: reachability ? { at: reachability.at, results: [...reachability.results] } : null,
    problems: inventory.problems ?? [],
    incidents,
  }
}

function componentRow(component: HasComponent, detail: ComponentDetail): MachineDetail['components'][number] {
  const since = component.known_since_before === 1 ? null : component.since
  return { ...componentRefOf(component), since, detail }
}

function readinessOf({ readiness }: Inventory): Record<string, boolean> | null {
  if (!readiness) return null
  return Object.fromEntries(
    Object.entries(readiness).filter((entry): entry is [string, boolean] => entry[1] !== undefined),
  )
}

function reachabilityOf(detail: Row<'machine_detail'> | undefined): { at: number; results: ProbeResult[] } | undefined {
  const found = stored<ProbeResult[]>(detail?.reachability, detail?.reachability_at)
  return found && { at: found.at, results: found.value }
}

function stored<T>(
  text: string | null | undefined,
  at: number | null | undefined,
): { at: number; value: T } | undefined {
  const value = read<T>(text)
  return value === undefined || at === null || at === undefined ? undefined : { at, value }
}

function read<T>(text: string | null | undefined): T | undefined {
  return text === null || text === undefined ? undefined : (JSON.parse(text) as T)
}
