import { othersTurn } from '@pumphandle/shared/others-turn'
import { COMPONENT_KINDS, type ComponentKind } from '@pumphandle/shared/words'
import type { Membership } from '../query/columns/membership.ts'
import type { FleetColumns } from '../query/index.ts'
import type { Reader } from '../store/index.ts'
import { componentsByIds, newComponents } from '../store/machine-queries.ts'
import { componentsOf } from '../store/machine-rows.ts'

/** Machines read in one go: about 20 ms, after which others have their turn. */
const MACHINES_PER_READ = 500

/** Remembers whose components changed, and reads those again: the store has the truth of what replaces what. */
export class ComponentSync {
  readonly #dirty = new Map<ComponentKind, Set<number>>()
  #lastComponent = 0

  /** Components of a kind, or of all, changed on a machine. */
  mark(machine: number, kind?: ComponentKind): void {
    for (const one of kind === undefined ? COMPONENT_KINDS : [kind]) {
      const machines = this.#dirty.get(one)
      if (machines) machines.add(machine)
      else this.#dirty.set(one, new Set([machine]))
    }
  }

  /** These columns were read just now: they have every component up to the newest that they know. */
  startFrom(columns: FleetColumns): void {
    this.#lastComponent = 0
    for (const id of columns.components.keys()) if (id > this.#lastComponent) this.#lastComponent = id
  }

  /** Brings the columns up to the store, part by part. */
  async run(columns: FleetColumns, reader: Reader): Promise<void> {
    for (const [kind, machines] of this.#dirty) {
      while (machines.size > 0) {
        for (const row of await newComponents(reader, this.#lastComponent)) {
          columns.setComponent(row)
          this.#lastComponent = row.id
        }
        await takeOver(columns, reader, kind, take(machines, MACHINES_PER_READ))
        await othersTurn()
      }
    }
  }
}

async function takeOver(columns: FleetColumns, reader: Reader, kind: ComponentKind, machines: number[]): Promise<void> {
  const has = new Map<number, Set<number>>()
  const rows = await componentsOf(reader, machines, [kind])
  // of some places a component may be older than what is new there
  const unknown = new Set(rows.flatMap(({ component_id: id }) => (columns.components.has(id) ? [] : id)))
  for (const row of await componentsByIds(reader, [...unknown])) columns.setComponent(row)
  for (const { machine_id: machine, component_id: component } of rows) {
    columns.addComponent(machine, component)
    const those = has.get(component)
    if (those) those.add(machine)
    else has.set(component, new Set([machine]))
  }
  const read = new Map<number, number>()
  for (const machine of machines) {
    const index = columns.machines.indexOf(machine)
    if (index !== undefined) read.set(index, machine)
  }
  for (const component of columns.ofKind(kind)) {
    const those = has.get(component.id)
    for (const machine of having(component, read))
      if (!those?.has(machine)) columns.removeComponent(machine, component.id)
  }
}

/** Of the machines that were read, by their indexes, those that had it: by going through whichever are fewer. */
function* having(
  { machines }: { readonly machines: Membership },
  read: ReadonlyMap<number, number>,
): Generator<number> {
  if (machines.size < read.size) {
    for (const index of machines.toArray()) {
      const machine = read.get(index)
      if (machine !== undefined) yield machine
    }
  } else for (const [index, machine] of read) if (machines.has(index)) yield machine
}

/** Takes some out of a set. */
export function take(from: Set<number>, most: number): number[] {
  const taken: number[] = []
  for (const id of from) {
    if (taken.length >= most) break
    taken.push(id)
    from.delete(id)
  }
  return taken
}
