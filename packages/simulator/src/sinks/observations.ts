import type { Observation, PreviousEnd } from '@pumphandle/collector/detect'
import { FactRegistry } from '@pumphandle/collector/detect'
import { productOfDriver } from '@pumphandle/shared/words'
import { SLOT_COUNT } from '../world/components.ts'
import { LONG_AGO } from '../world/machines.ts'
import type { FleetSink, Greeting, ProgramCrash } from '../world/sink.ts'
import type { World } from '../world/world.ts'
import { ComponentNames, fileOwners } from './keys.ts'

/** Something that is told what a collector would observe: the detector, threshold rules, a recorder. */
export interface Observer {
  observe(observation: Observation): void
  tick(now: number): void
}

export interface ObservationSinkOptions {
  readonly observers: (facts: FactRegistry, names: ComponentNames) => readonly Observer[]
  /** How often time passes for the observers, milliseconds. */
  readonly tickMs: number
}

/**
 * Tells observers what a collector would have made of the fleet's frames, with no frames, sockets or store between:
 * for years of a fleet in minutes.
 */
export class ObservationSink implements FleetSink {
  readonly #world: World
  readonly #facts = new FactRegistry()
  readonly #names: ComponentNames
  readonly #observers: readonly Observer[]
  readonly #tickMs: number
  /** Component numbers that each machine has told, by machine and slot. */
  readonly #told: Int32Array
  /** Fact of each component number. */
  readonly #factOf: number[] = []

  constructor(world: World, options: ObservationSinkOptions) {
    this.#world = world
    this.#names = new ComponentNames(world.fleet.components, world.spec)
    this.#observers = options.observers(this.#facts, this.#names)
    this.#tickMs = options.tickMs
    this.#told = new Int32Array(world.machines.count * SLOT_COUNT).fill(-1)
  }

  start(): void {
    const { fleet, machines, spec, clock } = this.#world
    this.#facts.declareOwners((file) => productOfDriver(file)?.id)
    for (const [file, component] of fileOwners(spec)) this.#facts.declareFile(file, component)
    const at = this.#world.epoch()
    for (let machine = 0; machine < machines.count; machine++) {
      const site = fleet.siteOf[machine]!
      this.#say({ type: 'machine', at, machine, site, region: fleet.sites[site]!.region })
      this.#tellComponents(machine)
    }
    clock.every(this.#tickMs, () => {
      for (const observer of this.#observers) observer.tick(clock.now())
    })
  }

  connected(machine: number, greeting: Greeting): void {
    this.#greet(machine, greeting)
    this.#tellComponents(machine)
    this.#tellCrash(machine, greeting)
  }

  repeated(machine: number, greeting: Greeting): void {
    this.#greet(machine, greeting)
    this.#tellCrash(machine, greeting)
  }

  componentChanged(machine: number): void {
    this.#tellComponents(machine)
  }

  serviceDied(machine: number): void {
    this.#say({ type: 'service-down', at: this.#world.epoch(), machine, service: null })
  }

  programCrashed(machine: number, crash: ProgramCrash): void {
    this.#say({
      type: 'crash',
      at: this.#world.epoch(),
      machine,
      id: `${machine}-p${crash.number}`,
      occurredAt: this.#world.epoch(crash.at),
      kind: 'app',
      stopCode: null,
      culprit: crash.program,
      uptimeSeconds: null,
    })
  }

  goodbye(machine: number, reason: 'shutdown' | 'restart'): void {
    this.#say({ type: 'goodbye', at: this.#world.epoch(), machine, reason })
  }

  vanished(): void {}

  silent(machine: number, lastHeard: number, othersAlive: boolean): void {
    const at = this.#world.epoch()
    this.#say({ type: 'silent', at, machine, lastHeard: this.#world.epoch(lastHeard), othersAlive })
  }

  collectorRestarted(): void {
    const at = this.#world.epoch()
    this.#say({ type: 'blind', at, since: at })
  }

  end(): void {
    for (const observer of this.#observers) observer.tick(this.#world.clock.now())
  }

  #greet(machine: number, greeting: Greeting): void {
    const previousEnd: PreviousEnd = greeting.previousEnd
    const bootedAt = this.#world.epoch(this.#world.machines.bootedAt[machine]!)
    this.#say({ type: 'online', at: this.#world.epoch(), machine, boot: greeting.boot, previousEnd, bootedAt })
  }

  #tellCrash(machine: number, { crash }: Greeting): void {
    if (!crash) return
    this.#say({
      type: 'crash',
      at: this.#world.epoch(),
      machine,
      id: `${machine}-${crash.number}`,
      occurredAt: this.#world.epoch(crash.at),
      kind: 'bugcheck',
      stopCode: Number(crash.stopCode) || null,
      culprit: crash.driver,
      uptimeSeconds: crash.uptime,
    })
  }

  /** Says what differs from what this machine told before. */
  #tellComponents(machine: number): void {
    const { machines } = this.#world
    const at = this.#world.epoch()
    for (let cell = machine * SLOT_COUNT; cell < (machine + 1) * SLOT_COUNT; cell++) {
      const component = machines.component[cell]!
      const before = this.#told[cell]!
      if (component === before) continue
      this.#told[cell] = component
      const arrivedAt = machines.since[cell]!
      const since = arrivedAt === LONG_AGO ? null : this.#world.epoch(arrivedAt)
      if (before >= 0) {
        this.#say({ type: 'component', at, machine, fact: this.#fact(before), change: 'removed', since })
      }
      if (component < 0) continue
      const change = since === null ? 'present' : 'arrived'
      this.#say({ type: 'component', at, machine, fact: this.#fact(component), change, since })
    }
  }

  #fact(component: number): number {
    return (this.#factOf[component] ??= this.#facts.intern(this.#names.factKey(component)))
  }

  #say(observation: Observation): void {
    for (const observer of this.#observers) observer.observe(observation)
  }
}
