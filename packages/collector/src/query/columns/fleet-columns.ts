import type { Cohort, ComponentKind, MachineState } from '../../store/schema.ts'
import type { Bitset } from './bitset.ts'
import { MachineColumns } from './machine-columns.ts'
import { Membership } from './membership.ts'
import type { ComponentRow, IncidentRow, MachineRow, PcnRow, PracticeRow, RegionRow } from './rows.ts'

/** A component and the machines that have it now. */
export interface ComponentColumn extends ComponentRow {
  machines: Membership
}

/** An incident and the machines of each of its cohorts. */
export interface IncidentColumn extends IncidentRow {
  cohorts: Map<Cohort, Membership>
}

/**
 * The whole fleet as it is now, in memory, column by column: answers counts, facets and pages over a million machines in
 * milliseconds. Fed by every change of a row that the store commits; holds nothing that can't be read again from there
 * (`loadColumns`). Takes about 150 bytes a machine and 125 kB for each component that many machines have, at a million.
 */
export class FleetColumns {
  readonly machines = new MachineColumns()
  readonly regions = new Map<number, RegionRow>()
  readonly pcns = new Map<number, PcnRow>()
  readonly practices = new Map<number, PracticeRow>()
  readonly components = new Map<number, ComponentColumn>()
  readonly incidents = new Map<number, IncidentColumn>()
  private readonly byKind = new Map<ComponentKind, ComponentColumn[]>()

  setRegion(row: RegionRow): void {
    this.regions.set(row.id, row)
  }

  setPcn(row: PcnRow): void {
    this.pcns.set(row.id, row)
  }

  setPractice(row: PracticeRow): void {
    this.practices.set(row.id, row)
  }

  /** A component's row never changes: a second call with its id does nothing. */
  setComponent(row: ComponentRow): void {
    if (this.components.has(row.id)) return
    const column = { ...row, machines: new Membership(this.machines.capacity) }
    this.components.set(row.id, column)
    const kind = this.byKind.get(row.kind)
    if (kind) kind.push(column)
    else this.byKind.set(row.kind, [column])
  }

  ofKind(kind: ComponentKind): readonly ComponentColumn[] {
    return this.byKind.get(kind) ?? []
  }

  setIncident({ id, title, resolved_at }: IncidentRow): void {
    const cohorts = this.incidents.get(id)?.cohorts ?? new Map<Cohort, Membership>()
    this.incidents.set(id, { id, title, resolved_at, cohorts })
  }

  setMachine(row: MachineRow): void {
    const before = this.machines.capacity
    this.machines.set(row)
    if (this.machines.capacity === before) return
    for (const set of this.memberships()) set.grow(this.machines.capacity)
  }

  removeMachine(id: number): void {
    const i = this.machines.remove(id)
    if (i === undefined) return
    for (const set of this.memberships()) set.delete(i)
  }

  /** What changes most, without the whole row. Machines that are not there are passed over, here and below. */
  heard(machineId: number, at: number): void {
    const i = this.machines.indexOf(machineId)
    if (i !== undefined) this.machines.seen.set(i, at)
  }

  setState(machineId: number, state: MachineState, since: number): void {
    const i = this.machines.indexOf(machineId)
    if (i === undefined) return
    this.machines.state.set(i, state)
    this.machines.since.set(i, since)
  }

  addComponent(machineId: number, componentId: number): void {
    const i = this.machines.indexOf(machineId)
    if (i !== undefined) this.components.get(componentId)?.machines.add(i)
  }

  removeComponent(machineId: number, componentId: number): void {
    const i = this.machines.indexOf(machineId)
    if (i !== undefined) this.components.get(componentId)?.machines.delete(i)
  }

  /** Puts a machine into a cohort of an incident, and out of the others; null takes it out of the incident. */
  setCohort(incidentId: number, machineId: number, cohort: Cohort | null): void {
    const i = this.machines.indexOf(machineId)
    const cohorts = this.incidents.get(incidentId)?.cohorts
    if (i === undefined || !cohorts) return
    for (const set of cohorts.values()) set.delete(i)
    if (!cohort) return
    const into = cohorts.get(cohort) ?? new Membership(this.machines.capacity)
    cohorts.set(cohort, into)
    into.add(i)
  }

  /** Machine ids of a selection, in the order of the columns. */
  *idsOf(selection: Bitset): Generator<number> {
    const found: number[] = []
    selection.forEach((i) => found.push(i))
    for (const i of found) yield this.machines.ids[i] ?? 0
  }

  private *memberships(): Generator<Membership> {
    for (const c of this.components.values()) yield c.machines
    for (const incident of this.incidents.values()) yield* incident.cohorts.values()
  }
}
