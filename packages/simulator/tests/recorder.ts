import type { Scenario } from '../src/scenario/scenario.ts'
import type { FleetSink, Greeting, ProgramCrash } from '../src/world/sink.ts'
import { World } from '../src/world/world.ts'

interface Heard {
  readonly at: number
  readonly what:
    | 'connected'
    | 'repeated'
    | 'changed'
    | 'service'
    | 'program'
    | 'goodbye'
    | 'vanished'
    | 'silent'
    | 'collector'
  readonly machine: number
  readonly greeting?: Greeting
  readonly detail?: string | number | boolean
}

/** Writes down what a fleet does. */
class Recorder implements FleetSink {
  readonly heard: Heard[] = []
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  of(what: Heard['what']): Heard[] {
    return this.heard.filter((entry) => entry.what === what)
  }

  start(): void {}
  end(): void {}
  connected(machine: number, greeting: Greeting): void {
    this.#write({ what: 'connected', machine, greeting })
  }
  repeated(machine: number, greeting: Greeting): void {
    this.#write({ what: 'repeated', machine, greeting })
  }
  componentChanged(machine: number, slot: number): void {
    this.#write({ what: 'changed', machine, detail: slot })
  }
  serviceDied(machine: number): void {
    this.#write({ what: 'service', machine })
  }
  programCrashed(machine: number, crash: ProgramCrash): void {
    this.#write({ what: 'program', machine, detail: crash.program })
  }
  goodbye(machine: number, reason: string): void {
    this.#write({ what: 'goodbye', machine, detail: reason })
  }
  vanished(machine: number): void {
    this.#write({ what: 'vanished', machine })
  }
  silent(machine: number, _: number, othersAlive: boolean): void {
    this.#write({ what: 'silent', machine, detail: othersAlive })
  }
  collectorRestarted(): void {
    this.#write({ what: 'collector', machine: -1 })
  }

  #write(entry: Omit<Heard, 'at'>): void {
    this.heard.push({ at: this.#now(), ...entry })
  }
}

/** Runs a scenario to its end, or to a time, and tells what was heard. */
export function record(scenario: Scenario, until?: number) {
  let recorder: Recorder | undefined
  const world = new World({
    scenario,
    sink: (world) => (recorder = new Recorder(() => world.now)),
  })
  world.start()
  world.advance(until)
  return { world, recorder: recorder! }
}
