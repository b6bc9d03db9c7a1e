import type { Decay } from '../numbers/memory.ts'
import { ARRIVAL_SLACK, type WindowId } from '../words/ages.ts'
import { PER_BOOT, PER_TIME, UNIT_COUNT, type UnitId } from '../words/classes.ts'
import { type FactId, type MachineId, NO_REGION, type RegionId, type SiteId, type Slot } from '../words/ids.ts'
import { Exposure, STEP_SECONDS } from './exposure.ts'
import { BEFORE_WE_LOOKED, FactView, Inventory } from './inventory.ts'
import { Machines } from './machines.ts'
import { Origins } from './origins.ts'
import { HolderSample } from './sample.ts'
import { Units } from './units.ts'

/** What a machine fetched within this time of its boot is taken to have been there for that boot. */
const BOOT_SECONDS = 900

/** Who learns how much time, and how many restarts, boots and returns there are. */
export interface Learner {
  /** So much of a denominator in all: machine-seconds, or a number of units. */
  learnExposure(unit: UnitId, amount: number): void
  /** So much of it on machines with a fact of an age. */
  learnWindow(unit: UnitId, fact: FactId, window: WindowId, amount: number): void
}

/** Who is connected with what, and the exposures that follow from it. Times in seconds epoch. */
export class Fleet {
  readonly machines = new Machines()
  readonly origins = new Origins()
  readonly inventory = new Inventory()
  readonly sample = new HolderSample()
  readonly exposure: Exposure
  /** By denominator; index 0 (time) is unused. */
  readonly units: readonly Units[]
  readonly #learner: Learner
  readonly #view = new FactView()
  /** Practices' numbers have gaps. */
  #regions: (RegionId | undefined)[] = []
  #members: MachineId[][] = []
  #alive: number[] = []

  constructor(decay: Decay, learner: Learner) {
    this.exposure = new Exposure(decay)
    this.units = Array.from({ length: UNIT_COUNT }, () => new Units(decay, this.exposure.slots))
    this.#learner = learner
  }

  /** A machine is enrolled, or moves to another practice. */
  place(machine: MachineId, site: SiteId, region: RegionId): void {
    this.machines.reserve(machine + 1)
    this.inventory.reserve(machine + 1)
    const before = this.machines.isKnown(machine) ? this.machines.siteOf(machine) : null
    this.#regions[site] = region
    if (before === site) return
    if (before !== null) {
      this.#members[before] = this.machinesOf(before).filter((m) => m !== machine)
      if (this.machines.isConnected(machine)) this.#alive[before] = this.aliveAt(before) - 1
    }
    this.machines.site[machine] = site
    ;(this.#members[site] ??= []).push(machine)
    if (this.machines.isConnected(machine)) this.#alive[site] = this.aliveAt(site) + 1
  }

  /** Whether what the machine does and has counts. */
  setVoice(machine: MachineId, voice: boolean): void {
    if (this.machines.hasVoice(machine) === voice) return
    const isConnected = this.machines.isConnected(machine)
    if (isConnected) this.disconnect(machine)
    this.machines.mute[machine] = voice ? 0 : 1
    if (isConnected) this.connect(machine)
  }

  machinesOf(site: SiteId): readonly MachineId[] {
    return this.#members[site] ?? []
  }

  /** Connected machines of a practice. */
  aliveAt(site: SiteId): number {
    return this.#alive[site] ?? 0
  }

  regionOf(site: SiteId): RegionId {
    return this.#regions[site] ?? NO_REGION
  }

  /** Whether all practices are of one region, as those of a small organisation are. */
  get isOneRegion(): boolean {
    return new Set(this.#regions.filter((region) => region !== undefined)).size <= 1
  }

  get sites(): number {
    return this.#regions.length
  }

  /** A fact is on the machine. False when nothing changed. */
  gain(machine: MachineId, fact: FactId, arrived: number, now: number): boolean {
    if (this.inventory.arrival(machine, fact) !== null) return false
    const former = this.inventory.leftAt(machine, fact, now)
    if (!this.inventory.add(machine, fact, Math.floor(arrived), now)) return false
    const slot = this.exposure.claim(fact, arrived)
    if (former !== null) this.exposure.returned(slot, former)
    this.#reserve()
    this.exposure.firstSeen(slot, arrived)
    this.exposure.gained(slot, Math.floor(arrived), this.#isCounted(machine))
    if (this.machines.hasVoice(machine)) this.sample.add(slot, machine)
    if (this.#isBooting(machine, now)) {
      this.units[PER_BOOT]?.countLate(fact, false, (f, window, weight) =>
        this.#learner.learnWindow(PER_BOOT, f, window, weight),
      )
    }
    return true
  }

  /** A fact is no longer on the machine. */
  lose(machine: MachineId, fact: FactId, left: number, now: number): void {
    const arrived = this.inventory.arrival(machine, fact)
    if (arrived === null) return
    const second = Math.max(1, Math.floor(left))
    this.inventory.remove(machine, fact, second, now)
    const slot = this.exposure.slots.find(fact)
    if (slot < 0) return
    this.exposure.lost(slot, arrived, second, this.#isCounted(machine))
    if (this.#isBooting(machine, now)) {
      this.units[PER_BOOT]?.countLate(fact, true, (f, window, weight) =>
        this.#learner.learnWindow(PER_BOOT, f, window, weight),
      )
    }
  }

  connect(machine: MachineId): void {
    this.#connection(machine, 1)
  }

  disconnect(machine: MachineId): void {
    this.#connection(machine, -1)
  }

  #connection(machine: MachineId, sign: 1 | -1): void {
    if (this.machines.isConnected(machine) === sign > 0) return
    this.machines.connected[machine] = sign > 0 ? 1 : 0
    const site = this.machines.siteOf(machine)
    this.#alive[site] = Math.max(0, this.aliveAt(site) + sign)
    if (!this.machines.hasVoice(machine)) return
    this.exposure.fleetChange(sign)
    this.inventory.forEach(machine, (fact, arrived) => {
      const slot = this.exposure.slots.find(fact)
      if (slot >= 0) this.exposure.connection(slot, arrived, sign)
    })
  }

  /** A restart, boot or return of the machine, as an event of weight `weight` that its facts at `time` are exposed to. */
  countUnit(unit: UnitId, machine: MachineId, time: number, weight = 1): void {
    if (!this.machines.hasVoice(machine)) return
    this.inventory.read(machine, time, ARRIVAL_SLACK, this.#view)
    this.#learner.learnExposure(unit, weight)
    this.units[unit]?.count(this.#view, weight, (fact, window, w) => this.#learner.learnWindow(unit, fact, window, w))
  }

  /** The machine's facts at a time, in a view that is overwritten by the next call. */
  factsAt(machine: MachineId, time: number): FactView {
    this.inventory.read(machine, time, ARRIVAL_SLACK, this.#view)
    return this.#view
  }

  /** One exposure step ends at `now`. `forget` is told of facts that no machine has. */
  step(now: number, forget: (fact: FactId, slot: Slot) => void): void {
    this.#learner.learnExposure(PER_TIME, this.exposure.fleet * STEP_SECONDS)
    this.exposure.step(
      now,
      STEP_SECONDS,
      (fact, window, machineSeconds) => this.#learner.learnWindow(PER_TIME, fact, window, machineSeconds),
      (slot) => {
        for (const units of this.units) units.clear(slot)
        this.sample.clear(slot)
        forget(this.exposure.slots.factOf(slot), slot)
      },
    )
  }

  /** Machines that have all the facts, and since when they have, seconds epoch. */
  *holders(facts: readonly FactId[]): Generator<{ machine: MachineId; since: number | null }> {
    const [first, ...rest] = facts
    if (first === undefined) return
    for (const machine of this.machines.known()) {
      const arrived = this.inventory.arrival(machine, first)
      if (arrived === null) continue
      let latest = arrived
      const hasAll = rest.every((fact) => {
        const other = this.inventory.arrival(machine, fact)
        if (other !== null) latest = Math.max(latest, other)
        return other !== null
      })
      if (hasAll) yield { machine, since: latest === BEFORE_WE_LOOKED ? null : latest }
    }
  }

  save() {
    return {
      machines: this.machines.save(),
      inventory: this.inventory.save(),
      sample: this.sample.save(),
      exposure: this.exposure.save(),
      units: this.units.map((u) => u.save()),
      regions: [...this.#regions],
    }
  }

  load(saved: ReturnType<Fleet['save']>): void {
    this.machines.load(saved.machines)
    this.inventory.load(saved.inventory)
    this.sample.load(saved.sample)
    this.exposure.load(saved.exposure)
    saved.units.forEach((u, i) => this.units[i]?.load(u))
    this.#regions = [...saved.regions]
    for (const machine of this.machines.known()) {
      const site = this.machines.siteOf(machine)
      ;(this.#members[site] ??= []).push(machine)
      if (this.machines.isConnected(machine)) this.#alive[site] = this.aliveAt(site) + 1
    }
  }

  /** Bytes held for machines and facts, for the bench. */
  get bytes(): number {
    const units = this.units.reduce((sum, u) => sum + u.bytes, 0)
    return this.machines.bytes + this.inventory.bytes + this.sample.bytes + this.exposure.bytes + units
  }

  /** Its time counts now. */
  #isCounted(machine: MachineId): boolean {
    return this.machines.isConnected(machine) && this.machines.hasVoice(machine)
  }

  #isBooting(machine: MachineId, now: number): boolean {
    if (!this.machines.hasVoice(machine)) return false
    const bootAt = this.machines.bootAt[machine] ?? 0
    return bootAt > 0 && now - bootAt < BOOT_SECONDS
  }

  #reserve(): void {
    this.sample.reserve(this.exposure.slots.length)
    for (const units of this.units) units.reserve()
  }
}
