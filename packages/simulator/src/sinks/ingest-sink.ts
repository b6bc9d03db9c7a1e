import type { Context, Link, Session } from '@pumphandle/collector'
import { type AgentEvent, type AgentFrame, type CollectorFrame, MAX_UNACKED_FRAMES } from '@pumphandle/shared/wire'
import type { FleetSink, Greeting, ProgramCrash } from '../world/sink.ts'
import type { World } from '../world/world.ts'
import type { ComponentNames } from './keys.ts'
import type { Places } from './places.ts'
import { Speech } from './speech.ts'

const EVENTS_PER_FRAME = 100
const INTRODUCTION: Greeting = { boot: 1, previousEnd: 'clean', crash: null }

export interface IngestSinkOptions {
  /** The collector of the moment: a restart puts another in its place. */
  readonly collector: () => Context
  /** Id of each machine, as enrolment gave it. */
  readonly uids: readonly string[]
  readonly names: ComponentNames
  readonly places: Places
}

/** One machine's connection, without a wire: frames are handed over as they are. */
export class Connection implements Link {
  readonly #session: Session | undefined
  #open = true
  #batch = 0
  #unacked = 0
  #waiting: AgentEvent[] = []
  readonly #now: () => number

  constructor(connect: (link: Link) => Session | undefined, now: () => number) {
    this.#now = now
    this.#session = connect(this)
  }

  say(events: readonly AgentEvent[]): void {
    this.#waiting.push(...events)
    while (this.#open && this.#waiting.length > 0 && this.#unacked < MAX_UNACKED_FRAMES) {
      this.#unacked++
      const part = this.#waiting.splice(0, EVENTS_PER_FRAME)
      this.tell({ type: 'events', batch: ++this.#batch, sentAt: this.#now(), events: part })
    }
  }

  tell(frame: AgentFrame): void {
    if (this.#open) this.#session?.receive(frame)
  }

  send(frame: CollectorFrame): void {
    if (frame.type !== 'ack') return
    this.#unacked--
    this.say([])
  }

  refuse(): void {
    if (!this.#open) return
    this.#open = false
    this.#session?.lost()
  }

  pause(): void {}
  resume(): void {}
}

/** A fleet that talks to the collector's real ingest in virtual time: hello, events, goodbye; presence by the world. */
export class IngestSink implements FleetSink {
  readonly #world: World
  readonly #options: IngestSinkOptions
  readonly #speech: Speech
  readonly #connections: (Connection | undefined)[] = []
  /** The world's machine of each id. */
  readonly #machineOf: Map<string, number>
  #restartWanted = false
  #spoke = false

  constructor(world: World, options: IngestSinkOptions) {
    this.#world = world
    this.#options = options
    this.#machineOf = new Map(options.uids.map((uid, machine) => [uid, machine]))
    this.#speech = new Speech({ ...options, world, run: 'v', timeOf: (seconds) => world.epoch(seconds) })
  }

  /** When a machine was last heard, ms epoch: what heartbeats would have told. */
  lastHeard(uid: string, before: number): number {
    const machine = this.#machineOf.get(uid)
    if (machine === undefined) return before
    if (this.#world.network.isConnected(machine)) return this.#world.clock.now()
    return this.#connections[machine] ? this.#world.epoch(this.#world.machines.lastHeard[machine]!) : before
  }

  /** Whether anything was said that goes to the store, since the last time this was asked. */
  takeSpoke(): boolean {
    const spoke = this.#spoke
    this.#spoke = false
    return spoke
  }

  /** Whether the scenario restarts the collector now; asked once. */
  takeRestart(): boolean {
    const wanted = this.#restartWanted
    this.#restartWanted = false
    return wanted
  }

  /** A machine that was enrolled says what it has and leaves, so that the collector knows it before time begins. */
  introduce(machine: number): void {
    const connection = this.#connect(machine, INTRODUCTION)
    connection.say([this.#speech.inventory(machine)])
    connection.tell({ type: 'goodbye', sentAt: this.#options.collector().clock.now(), reason: 'service-stop' })
  }

  start(): void {}

  connected(machine: number, greeting: Greeting): void {
    const connection = this.#connect(machine, greeting)
    const events = this.#speech.eventsAfter(machine, greeting)
    if (events.length === 0) return
    this.#spoke = true
    connection.say(events)
  }

  repeated(machine: number, greeting: Greeting): void {
    if (greeting.crash) this.#say(machine, [this.#speech.crash(machine, greeting.crash)])
  }

  componentChanged(machine: number): void {
    this.#say(machine, this.#speech.changes(machine))
  }

  serviceDied(machine: number): void {
    this.#say(machine, [this.#speech.serviceDied(machine)])
  }

  programCrashed(machine: number, crash: ProgramCrash): void {
    this.#say(machine, [this.#speech.programCrash(machine, crash)])
  }

  goodbye(machine: number, reason: 'shutdown' | 'restart'): void {
    this.#connections[machine]?.tell({ type: 'goodbye', sentAt: this.#speech.now(machine), reason })
    this.#connections[machine] = undefined
  }

  vanished(): void {} // nothing is sent, and lastHeard tells the collector's clockwork
  silent(): void {}

  collectorRestarted(): void {
    this.#restartWanted = true
    this.#connections.length = 0
  }

  end(): void {}

  #say(machine: number, events: readonly AgentEvent[]): void {
    if (events.length === 0) return
    this.#spoke = true
    this.#connections[machine]?.say(events)
  }

  #connect(machine: number, greeting: Greeting): Connection {
    const uid = this.#options.uids[machine]!
    const hello = this.#speech.hello(machine, uid, greeting, 0)
    const connection = new Connection(
      (link) => this.#options.collector().ingest.connect(uid, hello, link),
      () => this.#speech.now(machine),
    )
    this.#connections[machine] = connection
    return connection
  }
}
