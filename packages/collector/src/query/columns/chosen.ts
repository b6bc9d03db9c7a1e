import type { Bitset } from './bitset.ts'
import type { ComponentColumn } from './component-column.ts'
import type { DictionaryColumn } from './dictionary-column.ts'
import type { FleetColumns } from './fleet-columns.ts'
import type { NamedComponents } from './named-components.ts'

/** Below one machine in so many words of bits, asking for each machine is cheaper than reading all the words. */
const FEW = 2

/**
 * A selection that values are counted in. Of more than half the fleet the machines left out are counted instead, and
 * taken from the totals that the columns keep: counting everything costs nothing.
 */
export class Chosen {
  private readonly indexes: Uint32Array
  private readonly counted: Bitset
  private readonly leftOut: boolean

  constructor({ machines }: FleetColumns, selection: Bitset) {
    this.leftOut = selection.count() > machines.size / 2
    this.counted = this.leftOut ? selection.copy().complementIn(machines.present) : selection
    this.indexes = this.counted.toArray()
  }

  /** Machines by code of a column. */
  countBy<T extends string | number>(column: DictionaryColumn<T>): (code: number) => number {
    const counts = column.countOf(this.indexes)
    return (code) => this.turned(column.counts[code] ?? 0, counts[code] ?? 0)
  }

  /** Machines by version of one name. */
  countVersions({ versions }: NamedComponents): (component: ComponentColumn) => number {
    const counts = versions?.countOf(this.indexes)
    return (component) => {
      const { machines } = component
      return this.turned(machines.size, counts ? (counts.get(component) ?? 0) : this.countIn(component))
    }
  }

  private countIn({ machines }: ComponentColumn): number {
    const few = this.indexes.length * FEW < this.counted.words.length
    return few ? machines.countOf(this.indexes) : machines.countIn(this.counted)
  }

  private turned(total: number, counted: number): number {
    return this.leftOut ? total - counted : counted
  }
}
