import type { ComponentKind } from '../../store/schema.ts'
import type { ComponentColumn } from './component-column.ts'
import { MAX_VERSIONS, VersionColumn } from './version-column.ts'

/** Kinds whose versions are facets: drivers have too many names, at 2 MB each in a million machines. */
const COUNTED: ComponentKind[] = ['sensor', 'content', 'os']
/** With fewer versions in use, counting the bits of each costs no more than a column of codes. */
const COLUMN_FROM = 8

/** The versions of one name, with a column of codes once there are many. */
export class NamedComponents {
  readonly components: ComponentColumn[] = []
  versions: VersionColumn | undefined
  private readonly counted: boolean

  constructor(kind: ComponentKind) {
    this.counted = COUNTED.includes(kind)
  }

  push(component: ComponentColumn): void {
    this.components.push(component)
    if (this.components.length > MAX_VERSIONS) this.versions = undefined
  }

  added(i: number, component: ComponentColumn, capacity: number): void {
    if (this.versions) this.versions.add(i, component)
    else if (component.machines.size === 1 && this.isDue()) this.begin(capacity)
  }

  /** Those that a machine has. */
  at(i: number): ComponentColumn[] {
    return this.versions?.at(i) ?? this.components.filter((c) => c.machines.has(i))
  }

  deleted(i: number, component: ComponentColumn): void {
    this.versions?.delete(i, component)
  }

  private isDue(): boolean {
    if (!this.counted || this.components.length > MAX_VERSIONS) return false
    return this.components.filter((c) => c.machines.size > 0).length >= COLUMN_FROM
  }

  private begin(capacity: number): void {
    this.versions = new VersionColumn(capacity)
    for (const c of this.components) for (const i of c.machines.toArray()) this.versions.add(i, c)
  }
}
