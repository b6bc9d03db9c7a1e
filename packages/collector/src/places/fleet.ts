import { MACHINE_STATES } from '@pumphandle/shared/words'
import type { FleetReader } from '../fleet/fleet.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import type { Sites } from './sites.ts'

/** The fleet's machines of some places. */
export class FleetWithin implements FleetReader {
  readonly #fleet: FleetReader
  readonly #sites: Sites

  constructor(fleet: FleetReader, sites: Sites) {
    this.#fleet = fleet
    this.#sites = sites
  }

  get size(): number {
    let size = 0
    for (const site of this.#sites.ids) size += this.#fleet.enrolledAt(site)
    return size
  }
  get connected(): number {
    let connected = 0
    for (const site of this.#sites.ids) connected += this.#fleet.connectedAt(site)
    return connected
  }
  get blindUntil(): number {
    return this.#fleet.blindUntil
  }
  get counts(): FleetReader['counts'] {
    const counts = Object.fromEntries(MACHINE_STATES.map((state) => [state, 0])) as Record<
      FleetMachine['state'],
      number
    >
    for (const machine of this.machines()) counts[machine.state]++
    return counts
  }
  *machines(): Iterable<FleetMachine> {
    for (const site of this.#sites.ids) yield* this.#fleet.machinesAt(site)
  }
  byUid(uid: string): FleetMachine | undefined {
    return this.#within(this.#fleet.byUid(uid))
  }
  byId(id: number): FleetMachine | undefined {
    return this.#within(this.#fleet.byId(id))
  }
  connectedAt(site: number): number {
    return this.#sites.has(site) ? this.#fleet.connectedAt(site) : 0
  }
  enrolledAt(site: number): number {
    return this.#sites.has(site) ? this.#fleet.enrolledAt(site) : 0
  }
  machinesAt(site: number): Iterable<FleetMachine> {
    return this.#sites.has(site) ? this.#fleet.machinesAt(site) : []
  }

  #within(machine: FleetMachine | undefined): FleetMachine | undefined {
    return machine && this.#sites.has(machine.site) ? machine : undefined
  }
}
