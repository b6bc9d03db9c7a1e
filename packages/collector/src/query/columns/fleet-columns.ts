import { asciiLower } from '@pumphandle/shared/versions'
import { keptTags, tagsThatHold } from '@pumphandle/shared/words'
import type { Cohort, ComponentKind, MachineState } from '../../store/schema.ts'
import type { MachineTags } from '../../store/tags.ts'
import type { Query } from '../language/ast.ts'
import { SEARCH_SEPARATOR, searchFold } from '../language/search-text.ts'
import { Bitset } from './bitset.ts'
import type { ComponentColumn } from './component-column.ts'
import { MachineColumns } from './machine-columns.ts'
import { Membership } from './membership.ts'
import { NamedComponents } from './named-components.ts'
import type { ComponentRow, IncidentRow, MachineRow, PcnRow, PracticeRow, RegionRow } from './rows.ts'

/** A place with its texts as queries compare them, so that a query folds none of some ten thousand. */
export type Folded<Row> = Row & { codeFolded: string; nameFolded: string; searched: string }

function folded<Row extends { code: string; name: string }>(row: Row): Folded<Row> {
  const searched = searchFold(row.code) + SEARCH_SEPARATOR + searchFold(row.name)
  return { ...row, codeFolded: asciiLower(row.code), nameFolded: asciiLower(row.name), searched }
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
  readonly regions = new Map<number, Folded<RegionRow>>()
  readonly pcns = new Map<number, Folded<PcnRow>>()
  readonly practices = new Map<number, Folded<PracticeRow>>()
  readonly components = new Map<number, ComponentColumn>()
  readonly incidents = new Map<number, IncidentColumn>()
  /** Saved questions by their names, that `group:` speaks of. */
  groups: ReadonlyMap<string, Query> = new Map()
  /** Own tags of machines that have some. */
  private readonly machineTags = new Map<number, MachineTags>()
  private readonly byKind = new Map<ComponentKind, Map<string, NamedComponents>>()

  setRegion(row: RegionRow): void {
    this.regions.set(row.id, folded(row))
  }

  setPcn(row: PcnRow): void {
    this.pcns.set(row.id, folded(row))
  }

  setPractice(row: PracticeRow): void {
    const before = this.practices.get(row.id)?.tags ?? ''
    this.practices.set(row.id, folded(row))
    if ((row.tags ?? '') === before) return
    const there = new Bitset(this.machines.capacity)
    this.machines.practice.select((id) => id === row.id, there)
    for (const i of there.toArray()) this.holdTags(i)
  }

  /** A component's row never changes: a second call with its id does nothing. */
  setComponent(row: ComponentRow): void {
    if (this.components.has(row.id)) return
    const column = { ...row, machines: new Membership(this.machines.capacity) }
    this.components.set(row.id, column)
    const kind = this.byKind.get(row.kind) ?? new Map<string, NamedComponents>()
    this.byKind.set(row.kind, kind)
    const named = kind.get(row.name) ?? new NamedComponents(row.kind)
    kind.set(row.name, named)
    named.push(column)
  }

  /** Components of a kind, those of one name together. */
  ofKindByName(kind: ComponentKind): Iterable<NamedComponents> {
    return this.byKind.get(kind)?.values() ?? []
  }

  *ofKind(kind: ComponentKind): Generator<ComponentColumn> {
    for (const { components } of this.ofKindByName(kind)) yield* components
  }

  setIncident({ id, title, resolved_at }: IncidentRow): void {
    const cohorts = this.incidents.get(id)?.cohorts ?? new Map<Cohort, Membership>()
    this.incidents.set(id, { id, title, resolved_at, cohorts })
  }

  setMachine(row: MachineRow): void {
    const before = this.machines.capacity
    this.holdTags(this.machines.set(row))
    if (this.machines.capacity === before) return
    for (const column of this.growing()) column.grow(this.machines.capacity)
  }

  removeMachine(id: number): void {
    for (const component of this.components.keys()) this.removeComponent(id, component)
    for (const incident of this.incidents.keys()) this.setCohort(incident, id, null)
    this.machines.remove(id)
    this.machineTags.delete(id)
  }

  /** What people and its agent say of a machine; undefined: nothing. It need not be there yet. */
  setTags(machineId: number, tags: MachineTags | undefined): void {
    if (tags) this.machineTags.set(machineId, tags)
    else if (!this.machineTags.delete(machineId)) return
    const i = this.machines.indexOf(machineId)
    if (i !== undefined) this.holdTags(i)
  }

  /** Tags that hold for a machine, in order. */
  tagsOf(machineId: number): string[] {
    const i = this.machines.indexOf(machineId)
    return keptTags((i === undefined ? undefined : this.machines.tags.get(i)) ?? '')
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

  /** Components of a kind that a machine has now. */
  componentsOf(machineId: number, kind: ComponentKind): ComponentColumn[] {
    const i = this.machines.indexOf(machineId)
    if (i === undefined) return []
    const found: ComponentColumn[] = []
    for (const named of this.ofKindByName(kind)) for (const component of named.at(i)) found.push(component)
    return found
  }

  addComponent(machineId: number, componentId: number): void {
    const i = this.machines.indexOf(machineId)
    const component = this.components.get(componentId)
    if (i === undefined || !component || component.machines.has(i)) return
    component.machines.add(i)
    this.named(component)?.added(i, component, this.machines.capacity)
  }

  removeComponent(machineId: number, componentId: number): void {
    const i = this.machines.indexOf(machineId)
    const component = this.components.get(componentId)
    if (i === undefined || !component?.machines.has(i)) return
    component.machines.delete(i)
    this.named(component)?.deleted(i, component)
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
    for (const i of selection.toArray()) yield this.machines.ids[i] ?? 0
  }

  /** How many machines have each tag. They share few sets of tags: each set is counted once, by its code, for all of its tags. */
  countTags(machinesWith: (code: number) => number): Map<string, number> {
    const counts = new Map<string, number>()
    for (const [code, held] of this.machines.tags.values.entries()) {
      const count = machinesWith(code)
      for (const tag of keptTags(held ?? '')) counts.set(tag, (counts.get(tag) ?? 0) + count)
    }
    return counts
  }

  private holdTags(i: number): void {
    const { machines, practices, machineTags } = this
    const own = machineTags.get(machines.ids[i] ?? 0)
    const ofPractice = practices.get(machines.practice.get(i) ?? 0)?.tags ?? ''
    if (!own) return machines.tags.set(i, ofPractice || null)
    const held = tagsThatHold({ ...own, practice: keptTags(ofPractice) }).map(({ tag }) => tag)
    machines.tags.set(i, held.join(' ') || null)
  }

  private named({ kind, name }: ComponentColumn): NamedComponents | undefined {
    return this.byKind.get(kind)?.get(name)
  }

  private *growing(): Generator<{ grow(capacity: number): void }> {
    for (const c of this.components.values()) yield c.machines
    for (const kind of this.byKind.values()) for (const { versions } of kind.values()) if (versions) yield versions
    for (const incident of this.incidents.values()) yield* incident.cohorts.values()
  }
}
