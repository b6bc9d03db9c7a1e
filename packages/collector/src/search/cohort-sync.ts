import type { FleetView, Incidents } from '../incidents/index.ts'
import { Bitset, type FleetColumns } from '../query/index.ts'

/** Takes an incident's cohorts over from memory: about 0.5 µs a member that has not moved. */
export function syncCohorts(columns: FleetColumns, incidents: Incidents, view: FleetView, id: number): void {
  const incident = incidents.get(id)
  if (!incident) return
  const { title, resolvedAt } = incident.record
  columns.setIncident({ id, title, resolved_at: resolvedAt })
  const cohorts = columns.incidents.get(id)?.cohorts
  const members = new Set<number>()
  for (const member of incident.members.values()) {
    const row = view.rowOf(member.machine)
    const index = columns.machines.indexOf(row)
    if (index === undefined) continue
    members.add(row)
    if (!cohorts?.get(member.cohort)?.has(index)) columns.setCohort(id, row, member.cohort)
  }
  let held = 0
  const all = new Bitset(columns.machines.capacity)
  for (const set of cohorts?.values() ?? []) {
    held += set.size
    set.addTo(all)
  }
  // somebody left it: a failure that was taken back
  if (held > members.size) for (const row of columns.idsOf(all)) if (!members.has(row)) columns.setCohort(id, row, null)
}
