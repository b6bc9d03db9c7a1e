import type { MachineDetail } from '@pumphandle/shared/api'
import { Vitals } from '@pumphandle/shared/wire'
import { keptTags, tagsThatHold } from '@pumphandle/shared/words'
import type * as z from 'zod/mini'
import type { NoteKind } from '../../enrol/sameness.ts'
import type { Reachability } from '../../model/reachability.ts'
import { StoredInventory } from '../../model/stored-inventory.ts'
import type { Row } from '../../store/index.ts'
import { machineDetails } from '../../store/machine-details.ts'
import { componentsOf, type HasComponent, machinesByIds } from '../../store/machine-rows.ts'
import { reachabilityOf } from '../../store/reachability.ts'
import { readJson } from '../../store/read-json.ts'
import { tagsOfMachines } from '../../store/tags.ts'
import { eventsOf } from '../../store/timeline.ts'
import { type ComponentDetail, componentDetails } from './component-details.ts'
import { crashRows } from './crashes.ts'
import { componentRefOf, machineRow, type RowSources } from './rows.ts'

/** Latest crashes looked through for a blue screen, which matters more than a program that crashed since. */
const CRASHES_LOOKED_AT = 20

/** Everything that is known of one machine. */
export async function machineDetail(sources: RowSources, machine: Row<'machine'>): Promise<MachineDetail> {
  const { db, fleet, book } = sources
  const [components, tags, { detail, enrolledAt, enrolledWith, incidents, ...identity }, crashes, detailOf] =
    await Promise.all([
      componentsOf(db, [machine.id]),
      tagsOfMachines(db, [machine.id]),
      machineDetails(db, machine.id),
      eventsOf(db, machine.id, { from: undefined, until: undefined }, null, CRASHES_LOOKED_AT, ['crash']),
      componentDetails(db, machine.id),
    ])
  const inventory = read(StoredInventory, machine.id, detail?.inventory) ?? {}
  const live = fleet.byId(machine.id)
  const vitals = live?.vitals ?? stored(Vitals, machine.id, detail?.vitals, detail?.vitals_at)
  const reachability = detail ? reachabilityOf(detail) : []
  const [newest] = reachability
  const told = crashRows(crashes)
  const practice = keptTags(book.byId(machine.practice_id)?.tags ?? '')
  const tagged = tagsThatHold({ machine: [], agent: [], ...tags.get(machine.id), practice })
  return {
    machine: machineRow(
      sources,
      machine,
      components,
      tagged.map(({ tag }) => tag),
      null,
    ),
    agentVersion: machine.agent_version,
    unmanaged: machine.unmanaged === 1,
    enrolledAt: enrolledAt ?? machine.first_seen,
    enrolledWith: enrolledWith ?? null,
    identity: {
      provenBy: identity.hasKey ? 'key' : identity.hasSecret ? 'secret' : 'nothing',
      notes: identity.notes.map(({ at, kind, text }) => ({ at, kind: kind as NoteKind, text })),
    },
    establishedAt: machine.established_at,
    revokedAt: machine.revoked_at,
    retired: await retiredOf(db, machine),
    osName: machine.os_name ?? inventory.osName ?? null,
    maker: inventory.maker ?? null,
    serialNumber: inventory.serialNumber ?? null,
    clockSkewMs: live?.clockSkewMs ?? detail?.clock_skew_ms ?? null,
    components: components.map((component) => componentRow(component, detailOf(component))),
    lastCrash: told.find((crash) => crash.kind === 'bugcheck') ?? told[0] ?? null,
    vitals: vitals?.value ?? null,
    vitalsAt: vitals?.at ?? null,
    readiness: readinessOf(inventory),
    hardware: inventory.hardware ?? null,
    reachability: newest ? { at: newest.at, results: byName(reachability) } : null,
    problems: inventory.problems ?? [],
    incidents,
    tagged,
  }
}

async function retiredOf(
  db: RowSources['db'],
  { retired_at, retired_why, successor_id }: Row<'machine'>,
): Promise<MachineDetail['retired']> {
  if (retired_at === null) return null
  const [as] = successor_id === null ? [] : await machinesByIds(db, [successor_id])
  return { at: retired_at, why: retired_why ?? '', as: as ? { id: as.uid, name: as.name } : null }
}

function componentRow(component: HasComponent, detail: ComponentDetail): MachineDetail['components'][number] {
  const since = component.known_since_before === 1 ? null : component.since
  return { ...componentRefOf(component), since, detail }
}

function readinessOf({ readiness }: StoredInventory): Record<string, boolean> | null {
  if (!readiness) return null
  return Object.fromEntries(
    Object.entries(readiness).filter((entry): entry is [string, boolean] => entry[1] !== undefined),
  )
}

function byName(probes: Reachability): Reachability[number][] {
  return [...probes].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function stored<T>(
  schema: z.core.$ZodType<T>,
  machine: number,
  text: string | null | undefined,
  at: number | null | undefined,
): { at: number; value: T } | undefined {
  const value = read(schema, machine, text)
  return value === undefined || at === null || at === undefined ? undefined : { at, value }
}

function read<T>(schema: z.core.$ZodType<T>, machine: number, text: string | null | undefined): T | undefined {
  if (text === null || text === undefined) return undefined
  return readJson(schema, text, { table: 'machine_detail', id: machine })
}
