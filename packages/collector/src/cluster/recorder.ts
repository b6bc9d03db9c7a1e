import type { Clock } from '@pumphandle/shared/clock'
import { SECOND } from '@pumphandle/shared/time'
import type { GoodbyeReason, Hello } from '@pumphandle/shared/wire'
import type { Fleet } from '../fleet/fleet.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import type { Pipeline } from '../ingest/follower.ts'
import type { Journal } from '../ingest/journal.ts'
import type { Logger } from '../log/logger.ts'
import { correct, skewOf } from '../model/agent-time.ts'
import type { Told } from '../model/told.ts'

/** The brain learns that a machine is quiet before another machine's silence makes it ask who else is. */
const EARLIER_MS = 2 * SECOND

export interface RecorderOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly fleet: Fleet
  readonly journal: Pick<Journal, 'tell'>
  readonly heartbeatMs: number
  readonly silenceMs: number
}

interface Held {
  readonly since: number
  readonly hello: Hello
  readonly startedAt: number
  isQuiet: boolean
}

/** What an edge does with what its machines do: it tells the journal. Their events are there already. */
export class Recorder implements Pipeline {
  readonly #options: RecorderOptions
  /** By machine: the connection that is held here. */
  readonly #held = new Map<number, Held>()
  readonly #since = new Map<number, number>()
  readonly #quietMs: number
  #lookedAt: number

  constructor(options: RecorderOptions) {
    this.#options = options
    const { heartbeatMs, silenceMs } = options
    this.#quietMs = silenceMs - Math.min(heartbeatMs, silenceMs - heartbeatMs) - EARLIER_MS
    this.#lookedAt = options.clock.now()
  }

  /** A machine proved itself: the name of the connection that it opens, by the database's clock. */
  proved(machine: number, since: number): void {
    this.#since.set(machine, since)
  }

  online(machine: FleetMachine, hello: Hello, _newBoot: boolean, at: number): void {
    const startedAt = correct(hello.boot.startedAt, skewOf(hello.sentAt, at), at)
    const held: Held = { since: this.#since.get(machine.id) ?? 0, hello, startedAt, isQuiet: false }
    this.#since.delete(machine.id)
    this.#held.set(machine.id, held)
    this.#tellHello(machine.id, held)
  }

  event(): void {}
  components(): void {}

  goodbye(machine: FleetMachine, reason: GoodbyeReason): void {
    const held = this.#release(machine)
    if (held) this.#tell({ t: 'goodbye', m: machine.id, since: held.since, reason })
  }

  closed(machine: FleetMachine, isOurs: boolean, at: number): void {
    const held = this.#release(machine)
    const quietMs = Math.max(0, at - machine.lastHeard)
    if (held) this.#tell({ t: 'closed', m: machine.id, since: held.since, quietMs, isOurs })
  }

  /** Tells of machines that miss heartbeats, and that are heard again. Call every second. */
  look(now: number): void {
    const stoodStill = now - this.#lookedAt > this.#quietMs
    this.#lookedAt = now
    if (stoodStill) return
    for (const [m, held] of this.#held) {
      const machine = this.#options.fleet.byId(m)
      if (!machine || machine.unread > 0) continue
      const quietMs = now - machine.lastHeard
      if (held.isQuiet === quietMs >= this.#quietMs) continue
      held.isQuiet = !held.isQuiet
      this.#tell(held.isQuiet ? { t: 'quiet', m, since: held.since, quietMs } : { t: 'heard', m, since: held.since })
    }
  }

  /** Tells of everyone who is connected: somebody asked. */
  tellAll(): void {
    for (const [m, held] of this.#held) this.#tellHello(m, held)
  }

  #tellHello(m: number, { since, startedAt, hello }: Held): void {
    this.#tell({ t: 'hello', m, since, startedAt, hello })
  }

  #release(machine: FleetMachine): Held | undefined {
    const held = this.#held.get(machine.id)
    this.#held.delete(machine.id)
    return held
  }

  #tell(told: Told): void {
    this.#options.journal.tell(told).catch((error: unknown) => {
      this.#options.log.error({ err: error, told: told.t }, 'what a machine did could not be told to the brain')
    })
  }
}
