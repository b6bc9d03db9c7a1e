import type { FleetSink, Greeting, ProgramCrash } from '../world/sink.ts'

/** Tells two sinks the same. */
export class Both implements FleetSink {
  readonly #sinks: readonly [FleetSink, FleetSink]

  constructor(first: FleetSink, second: FleetSink) {
    this.#sinks = [first, second]
  }

  start(): void {
    for (const sink of this.#sinks) sink.start()
  }
  connected(machine: number, greeting: Greeting): void {
    for (const sink of this.#sinks) sink.connected(machine, greeting)
  }
  repeated(machine: number, greeting: Greeting): void {
    for (const sink of this.#sinks) sink.repeated(machine, greeting)
  }
  componentChanged(machine: number, slot: number): void {
    for (const sink of this.#sinks) sink.componentChanged(machine, slot)
  }
  serviceDied(machine: number): void {
    for (const sink of this.#sinks) sink.serviceDied(machine)
  }
  programCrashed(machine: number, crash: ProgramCrash): void {
    for (const sink of this.#sinks) sink.programCrashed(machine, crash)
  }
  goodbye(machine: number, reason: 'shutdown' | 'restart'): void {
    for (const sink of this.#sinks) sink.goodbye(machine, reason)
  }
  vanished(machine: number): void {
    for (const sink of this.#sinks) sink.vanished(machine)
  }
  silent(machine: number, lastHeard: number, othersAlive: boolean): void {
    for (const sink of this.#sinks) sink.silent(machine, lastHeard, othersAlive)
  }
  collectorRestarted(): void {
    for (const sink of this.#sinks) sink.collectorRestarted()
  }
  end(): void {
    for (const sink of this.#sinks) sink.end()
  }
}
