import type { Incidents } from '../incidents/index.ts'
import { Bitset, type FleetColumns } from '../query/index.ts'

/** Takes an incident's cohorts over from memory: about 0.5 µs a member that has not moved. */
export function syncCohorts(columns: FleetColumns, incidents: Pick<Incidents, 'get'>, id: number): void {
  const incident = incidents.get(id)
  if (!incident) return
  const { title, resolvedAt } = incident.record
  columns.setIncident({ id, title, resolved_at: resolvedAt })
  const cohorts = columns.incidents.get(id)?.cohorts
  const members = new Set<number>()
  for (const member of incident.members.values()) {
    const { machine } = member
    const index = columns.machines.indexOf(machine)
    if (index === undefined) continue
    members.add(machine)
    if (!cohorts?.get(member.cohort)?.has(index)) columns.setCohort(id, machine, member.cohort)
  }
  let held = 0
  const all = new Bitset(columns.machines.capacity)
  for (const set of cohorts?.values() ?? []) {
    held += set.size
    set.addTo(all)
  }
  // somebody left it: a failure that was taken back
  if (held > members.size)
    for (const machine of columns.idsOf(all)) if (!members.has(machine)) columns.setCohort(id, machine, null)
}
