import type { FleetSink, Greeting, ProgramCrash } from '../world/sink.ts'
import type { World } from '../world/world.ts'

/**
 * When the collector could first know of each machine's failure: silence noticed, a crash or an unclean boot told, a
 * service's death told. Wraps the sink that the fleet talks to, and is independent of what a detector makes of it.
 */
export class Knowledge implements FleetSink {
  readonly #world: World
  readonly #next: FleetSink
  readonly #knownAt = new Map<number, number>()

  constructor(world: World, next: FleetSink) {
    this.#world = world
    this.#next = next
  }

  /** Truly failed machines that the collector could know of at a time, seconds since the start. */
  failuresKnownBy(time: number, defects: ReadonlySet<number>): number {
    const failed = this.#world.truth.failures().filter((failure) => defects.has(failure.defect))
    return failed.filter((failure) => (this.#knownAt.get(failure.machine) ?? Infinity) <= time).length
  }

  start(): void {
    this.#next.start()
  }

  connected(machine: number, greeting: Greeting): void {
    if (greeting.previousEnd === 'bugcheck' || greeting.previousEnd === 'unexpected') this.#note(machine)
    this.#next.connected(machine, greeting)
  }

  repeated(machine: number, greeting: Greeting): void {
    this.#next.repeated(machine, greeting)
  }

  componentChanged(machine: number, slot: number): void {
    this.#next.componentChanged(machine, slot)
  }

  serviceDied(machine: number): void {
    this.#note(machine)
    this.#next.serviceDied(machine)
  }

  programCrashed(machine: number, crash: ProgramCrash): void {
    this.#note(machine)
    this.#next.programCrashed(machine, crash)
  }

  goodbye(machine: number, reason: 'shutdown' | 'restart'): void {
    this.#next.goodbye(machine, reason)
  }

  vanished(machine: number): void {
    this.#next.vanished(machine)
  }

  silent(machine: number, lastHeard: number, othersAlive: boolean): void {
    this.#note(machine)
    this.#next.silent(machine, lastHeard, othersAlive)
  }

  collectorRestarted(): void {
    this.#next.collectorRestarted()
  }

  end(): void {
    this.#next.end()
  }

  #note(machine: number): void {
    if (this.#world.truth.isAffected(machine) && !this.#knownAt.has(machine)) {
      this.#knownAt.set(machine, this.#world.now)
    }
  }
}
