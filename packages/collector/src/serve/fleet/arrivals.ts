import type { Arrival } from '@pumphandle/shared/api'
import { HOUR } from '@pumphandle/shared/time'
import type { FleetColumns } from '../../query/index.ts'
import { componentStats, countFailedMachines, listComponents, showsAlone } from '../../store/component-stats.ts'
import type { Reader } from '../../store/index.ts'
import { componentRefOf } from '../machines/rows.ts'
import { ratePer1000 } from './rates.ts'

/** What counts as lately: over a weekend. */
const LATELY_MS = 72 * HOUR
/** Machines enrol one after the other: what is first seen so soon after the very first was there before. */
const FIRST_SIGHT_MS = 30_000
/** Arrivals that the overview lists. */
const LISTED = 12
/** Kinds that come by themselves; drivers come with them. */
const KINDS = ['sensor', 'content', 'os', 'app', 'firmware'] as const

/** Component versions that came into the fleet lately, those on most machines first, each beside the rest of the fleet. */
export async function arrivals(db: Reader, columns: FleetColumns, fleetSize: number, now: number): Promise<Arrival[]> {
  const all = await listComponents(db, {
    kinds: [...KINDS],
    firstSeenAfter: now - LATELY_MS,
    alone: showsAlone(fleetSize),
  })
  // what was there when the fleet was first seen has not arrived
  const [first] = await listComponents(db, { alone: true }, 0, 1)
  const began = first?.first_seen ?? 0
  const found = all
    .filter((component) => component.first_seen > began + FIRST_SIGHT_MS)
    .map((component) => ({ component, machines: columns.components.get(component.id)?.machines.size ?? 0 }))
    .filter(({ machines }) => machines > 0)
    .sort((a, b) => b.machines - a.machines || b.component.first_seen - a.component.first_seen)
    .slice(0, LISTED)
  const stats = await componentStats(
    db,
    found.map(({ component }) => component.id),
    now - LATELY_MS,
    now,
  )
  const rows: Arrival[] = []
  for (const { component, machines } of found) {
    const { failed = 0, machineHours = 0 } = stats.get(component.id) ?? {}
    const meanwhile = await countFailedMachines(db, component.first_seen)
    const restHours = (fleetSize * (now - component.first_seen)) / HOUR - machineHours
    rows.push({
      component: componentRefOf(component),
      firstSeen: component.first_seen,
      machines,
      crashes: failed,
      rate: ratePer1000(failed, machineHours).rate,
      restRate: ratePer1000(Math.max(0, meanwhile - failed), restHours).rate,
    })
  }
  return rows
}
