import type { Clock } from '@pumphandle/shared'
import { hash01 } from '@pumphandle/shared/random'
import { SECOND } from '@pumphandle/shared/time'
import type { AgentEvent, Vitals } from '@pumphandle/shared/wire'
import type { ComponentNames } from '../sinks/keys.ts'
import type { Places } from '../sinks/places.ts'
import { Speech } from '../sinks/speech.ts'
import type { FleetSink, Greeting, ProgramCrash } from '../world/sink.ts'
import type { World } from '../world/world.ts'
import { AgentLine } from './agent-line.ts'
import type { Credentials } from './credentials.ts'

const MEMORY_BYTES = 8 * 2 ** 30
const DISK_BYTES = 256 * 10 ** 9
const AWAKE: Greeting = { boot: 0, previousEnd: 'same', crash: null }

export interface LiveSinkOptions {
  readonly collector: string
  readonly credentials: Credentials
  readonly names: ComponentNames
  readonly places: Places
  readonly clock: Clock
  readonly run: string
  /** Milliseconds since 1970 of a time of the world. */
  readonly timeOf: (seconds: number) => number
  /** Machines that this process speaks for: of every `of`, those with this remainder. */
  readonly share?: { readonly of: number; readonly index: number }
  /** What a machine tells besides, on its first connection: its history, say. */
  readonly firstWords?: (machine: number) => readonly AgentEvent[]
}

/** Simulated agents on real WebSockets, one for each machine. */
export class LiveSink implements FleetSink {
  readonly #world: World
  readonly #options: LiveSinkOptions
  readonly #speech: Speech
  readonly #lines: (AgentLine | undefined)[] = []
  readonly #greetings: (Greeting | undefined)[] = []
  readonly #unauthorised = new Set<number>()
  /** Heartbeats are sent up to this second of the sink. */
  #second = 0
  #beganAt = 0
  #stopHeartbeats = () => {}

  constructor(world: World, options: LiveSinkOptions) {
    this.#world = world
    this.#options = options
    this.#speech = new Speech({ ...options, world })
  }

  /** Machines that the collector turned away for good. */
  get unauthorised(): ReadonlySet<number> {
    return this.#unauthorised
  }

  start(): void {
    this.#beganAt = this.#options.clock.now()
    this.#stopHeartbeats = this.#options.clock.every(SECOND, () => this.#heartbeats())
  }

  connected(machine: number, greeting: Greeting): void {
    if (!this.#isOurs(machine)) return
    const line = this.#line(machine)
    this.#greetings[machine] = greeting
    const first = !this.#speech.hasIntroducedItself(machine)
    // a crash is told before anything slow
    const events = first ? [...(this.#options.firstWords?.(machine) ?? []), this.#speech.inventory(machine)] : []
    line.open()
    line.say([...this.#speech.eventsAfter(machine, greeting), ...events])
  }

  repeated(machine: number, greeting: Greeting): void {
    if (this.#isOurs(machine) && greeting.crash) this.#line(machine).say([this.#speech.crash(machine, greeting.crash)])
  }

  componentChanged(machine: number): void {
    if (this.#isOurs(machine)) this.#line(machine).say(this.#speech.changes(machine))
  }

  serviceDied(machine: number): void {
    if (this.#isOurs(machine)) this.#line(machine).say([this.#speech.serviceDied(machine)])
  }

  programCrashed(machine: number, crash: ProgramCrash): void {
    if (this.#isOurs(machine)) this.#line(machine).say([this.#speech.programCrash(machine, crash)])
  }

  goodbye(machine: number, reason: 'shutdown' | 'restart'): void {
    if (this.#isOurs(machine)) {
      this.#line(machine).leave({ type: 'goodbye', sentAt: this.#speech.now(machine), reason })
    }
  }

  vanished(machine: number): void {
    if (this.#isOurs(machine)) this.#line(machine).fallSilent()
  }

  silent(): void {} // the collector notices by itself

  /** Everyone reconnects, as they would when the collector restarts. */
  collectorRestarted(): void {
    for (const line of this.#lines) if (line?.isOpen) line.destroy()
  }

  end(): void {
    this.#stopHeartbeats()
    for (const line of this.#lines) line?.destroy()
  }

  /** Says something besides what the world knows, such as an application's crash. */
  say(machine: number, events: readonly AgentEvent[]): void {
    if (this.#lines[machine]?.isOpen) this.#line(machine).say(events)
  }

  #isOurs(machine: number): boolean {
    const { share } = this.#options
    return share === undefined || machine % share.of === share.index
  }

  #line(machine: number): AgentLine {
    const { credentials, collector, clock } = this.#options
    return (this.#lines[machine] ??= new AgentLine({
      collector,
      credential: () => credentials.get(machine)!,
      clock,
      now: () => this.#speech.now(machine),
      random: () => hash01(machine, clock.now() & 0xffff),
      hello: (spooled) => {
        const greeting = this.#greetings[machine] ?? AWAKE
        return this.#speech.hello(machine, credentials.get(machine)!.machine, greeting, spooled)
      },
      onUnauthorised: () => {
        this.#unauthorised.add(machine)
        this.#lines[machine]?.destroy()
      },
    }))
  }

  /** Those whose turn it is, and those whose turn passed while this process was too busy: agents are not late together. */
  #heartbeats(): void {
    const every = Math.max(1, Math.round(this.#world.agent.heartbeat_s))
    const second = Math.floor((this.#options.clock.now() - this.#beganAt) / SECOND)
    const missed = Math.min(every, Math.max(1, second - this.#second))
    this.#second = Math.max(this.#second + 1, second)
    for (let turn = this.#second - missed; turn < this.#second; turn++)
      for (let machine = turn % every; machine < this.#world.machines.count; machine += every) {
        const line = this.#lines[machine]
        if (!line?.isOpen) continue
        line.send({ type: 'heartbeat', sentAt: this.#speech.now(machine), vitals: this.#vitals(machine) })
      }
  }

  #vitals(machine: number): Vitals {
    const { machines, now } = this.#world
    const free = 0.2 + 0.6 * hash01(machine, 501)
    const memory = 35 + 40 * hash01(machine, 502) + 10 * hash01(machine, this.#second)
    return {
      uptimeSeconds: Math.max(0, Math.round(now - machines.bootedAt[machine]!)),
      cpuPercent: Math.round(3 + 30 * hash01(machine, this.#second + 1) ** 2),
      memoryUsedPercent: Math.round(memory),
      memoryBytes: MEMORY_BYTES,
      diskFreeBytes: Math.round(DISK_BYTES * free),
      diskBytes: DISK_BYTES,
    }
  }
}
