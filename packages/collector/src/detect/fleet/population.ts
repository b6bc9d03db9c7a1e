import { ANY, FRESH, WITHIN_DAY } from '../words/ages.ts'
import type { FactId, MachineId, SiteId } from '../words/ids.ts'
import type { Fleet } from './fleet.ts'
import type { FactView } from './inventory.ts'

/** Who has what and who is connected, for those who count beside the detector, who say plain numbers. Read only. */
export class Population {
  readonly #fleet: Fleet

  constructor(fleet: Fleet) {
    this.#fleet = fleet
  }

  /** Practices' numbers run from 0 to below this. */
  get sites(): number {
    return this.#fleet.sites
  }

  machinesOf(site: number): readonly number[] {
    return this.#fleet.machinesOf(site as SiteId)
  }

  regionOf(site: number): number {
    return this.#fleet.regionOf(site as SiteId)
  }

  /** The practice of a machine; −1 where the machine is not known. */
  siteOf(machine: number): number {
    const { machines } = this.#fleet
    return machines.isKnown(machine as MachineId) ? machines.siteOf(machine as MachineId) : -1
  }

  isConnected(machine: number): boolean {
    return this.#fleet.machines.isConnected(machine as MachineId)
  }

  /** Connected machines of a practice. */
  aliveAt(site: number): number {
    return this.#fleet.aliveAt(site as SiteId)
  }

  /** Connected machines with a fact. */
  connectedWith(fact: number): number {
    const { exposure } = this.#fleet
    const slot = exposure.slots.find(fact as FactId)
    return slot < 0 ? 0 : exposure.machines(slot, ANY)
  }

  /** The same by how long ago it arrived on the machine. */
  connectedByAge(fact: number): { '15min': number; day: number; older: number } {
    const { exposure } = this.#fleet
    const slot = exposure.slots.find(fact as FactId)
    if (slot < 0) return { '15min': 0, day: 0, older: 0 }
    const fresh = exposure.machines(slot, FRESH)
    const day = exposure.machines(slot, WITHIN_DAY)
    const any = exposure.machines(slot, ANY)
    return { '15min': fresh, day: Math.max(0, day - fresh), older: Math.max(0, any - day) }
  }

  /** Machines with a fact, connected or not. */
  holders(fact: number): number {
    const { exposure } = this.#fleet
    const slot = exposure.slots.find(fact as FactId)
    return slot < 0 ? 0 : exposure.holders(slot)
  }

  /** Connected machines. */
  get connected(): number {
    return this.#fleet.exposure.fleet
  }

  forEachFact(machine: number, visit: (fact: number) => void): void {
    this.#fleet.inventory.forEach(machine as MachineId, visit)
  }

  /** The machine's facts at a time, seconds epoch, in a view that the next call overwrites. */
  factsAt(machine: number, time: number): FactView {
    return this.#fleet.factsAt(machine as MachineId, time)
  }
}
