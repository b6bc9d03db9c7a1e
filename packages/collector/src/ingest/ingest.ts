import type { Clock } from '@pumphandle/shared/clock'
import { RateByKey } from '@pumphandle/shared/flow'
import { othersTurn } from '@pumphandle/shared/others-turn'
import {
  type GoodbyeReason,
  type Hello,
  type KeyClaim,
  MAX_FRAMES_PER_MINUTE,
  PROTOCOL,
  type ProbeTarget,
  SUPPORTED_PROTOCOLS,
} from '@pumphandle/shared/wire'
import type { Fleet } from '../fleet/fleet.ts'
import type { FleetMachine } from '../fleet/machine.ts'
import type { Logger } from '../log/logger.ts'
import { correct, skewOf } from '../model/agent-time.ts'
import type { Arrived } from '../model/arrived.ts'
import type { Budgets } from './budgets.ts'
import { cleanHello } from './cleaned.ts'
import type { Follower } from './follower.ts'
import { inTurn } from './in-turn.ts'
import type { Journal } from './journal.ts'
import type { Link, ProvenBy } from './link.ts'
import { Session, type SessionHost } from './session.ts'

/** Events that may wait for the store before senders are held back, and where they may go on. */
const HOLD_AT = 20_000
const GO_ON_AT = 5_000

/** Of a frame's parts: one could not be stored, and it is never acknowledged. */
const FAILED = Number.NEGATIVE_INFINITY

/** When the first is to come back after a restart, seconds. */
const RESTARTED_S = 5

/** A copy that cannot enrol anew by itself: a person has to see to it, and its tries cost little meanwhile. */
const COPY_COMES_BACK_S = 600
const COPIED = 'Two computers have this key, and this one is the copy: enrol anew with a new key.'
const REVOKED = 'This machine was revoked; ask an admin of the collector.'

export interface IngestOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly fleet: Fleet
  readonly journal: Journal
  /** Told of what is on disk. */
  readonly follower: Follower
  readonly heartbeatSeconds: number
  /** What each machine has used of its day. */
  readonly budgets: Budgets
  /** Frames a minute that one connection may send; MAX_FRAMES_PER_MINUTE unless a benchmark says otherwise. */
  readonly maxFramesPerMinute?: number | undefined
  /** Which computers are behind a machine's key. */
  readonly identities: {
    isCopy(machine: FleetMachine, hello: Hello): boolean
    /** Makes what the copy enrols anew by; undefined where a person has to. */
    tokenFor(machine: FleetMachine): Promise<string | undefined>
    takeKey(machine: FleetMachine, key: KeyClaim): Promise<boolean>
  }
  /** Read at each welcome: admins change them. */
  readonly probes: () => readonly ProbeTarget[]
}

/**
 * Takes what agents say, whatever carries it: WebSockets of this process, a gateway process, or a simulation in virtual
 * time. Events go to the store, the ack goes out when they are on disk, and only then does the rest of the collector
 * learn of them: nobody acts on what a power cut could take back.
 */
export class Ingest implements SessionHost {
  readonly #options: IngestOptions
  readonly #sessions = new Map<number, Session>()
  readonly #held = new Set<Session>()
  readonly #warnings = new RateByKey({ burst: 1, perSecond: 1 / 3600 })
  #closing = false

  constructor(options: IngestOptions) {
    this.#options = options
  }

  get clock(): Clock {
    return this.#options.clock
  }
  get fleet(): Fleet {
    return this.#options.fleet
  }
  get budgets(): Budgets {
    return this.#options.budgets
  }
  get maxFramesPerMinute(): number {
    return this.#options.maxFramesPerMinute ?? MAX_FRAMES_PER_MINUTE
  }
  /** Events stored since the start, here or by the edges that a brain follows. */
  get stored(): number {
    return this.#options.follower.events
  }

  /**
   * A machine that proved itself says hello. A newer connection of the same machine replaces the older one.
   * @param by how it proved itself; virtual machines do not
   * @returns undefined when the link was refused
   */
  connect(uid: string, given: Hello, link: Link, by?: ProvenBy): Session | undefined {
    const hello = cleanHello(given)
    const { fleet, clock, follower } = this.#options
    const machine = fleet.byUid(uid)
    if (!machine || hello.machine !== uid) {
      link.refuse('unauthorised', 'The hello names another machine than the one that was signed in; enrol again.')
      return undefined
    }
    if (machine.revokedAt !== undefined) {
      link.refuse('unauthorised', REVOKED)
      return undefined
    }
    if (!SUPPORTED_PROTOCOLS.includes(hello.protocol)) {
      link.refuse('protocol', `This collector speaks ${SUPPORTED_PROTOCOLS.join(', ')}; update the agent.`)
      return undefined
    }
    if (this.#closing) {
      link.refuse('restarting', 'The collector restarts.', RESTARTED_S)
      return undefined
    }
    const before = this.#sessions.get(machine.id)
    if (by === 'report' && before && before.by !== 'report') {
      link.refuse('unauthorised', 'This machine is connected: its own agent tells what happens on it.')
      return undefined
    }
    const isByKey = by === 'exporter' || by === 'nonce'
    if (isByKey && this.#options.identities.isCopy(machine, hello)) {
      this.#refuseCopy(machine, link)
      return undefined
    }
    before?.refuse('replaced', 'The same machine opened a newer connection.')
    const now = clock.now()
    const session = new Session(this, machine, hello, link, now, by)
    this.#sessions.set(machine.id, session)
    follower.hello(machine, hello, correct(hello.boot.startedAt, skewOf(hello.sentAt, now), now), now)
    link.send({
      type: 'welcome',
      protocol: Math.min(PROTOCOL, hello.protocol),
      serverTime: now,
      heartbeatSeconds: this.#options.heartbeatSeconds,
      probes: [...this.#options.probes()],
    })
    if (by === 'secret' && hello.key) this.#takeKey(machine, hello.key, link)
    return session
  }

  #takeKey(machine: FleetMachine, key: KeyClaim, link: Link): void {
    const { identities, log } = this.#options
    identities.takeKey(machine, key).then(
      (isTaken) => {
        if (isTaken) link.send({ type: 'key-taken', key: key.public })
      },
      (error: unknown) => log.error({ err: error, machine: machine.uid }, 'a machine’s key could not be stored'),
    )
  }

  #refuseCopy(machine: FleetMachine, link: Link): void {
    const { identities, log } = this.#options
    log.warn({ machine: machine.uid }, 'two computers have the key of one machine; the copy is told to enrol anew')
    const refuse = (token?: string): void => link.refuse('copied', COPIED, COPY_COMES_BACK_S, token)
    identities.tokenFor(machine).then(refuse, (error: unknown) => {
      log.error({ err: error, machine: machine.uid }, 'a copy could not be given a token')
      refuse()
    })
  }

  /** Resolves when everything that was received is stored and passed on. */
  async flush(): Promise<void> {
    await this.#options.journal.settled()
    // the acks and what follows run as reactions to the commit
    await othersTurn()
  }

  /** Tells every agent to come back, and stores what they sent until then. */
  async close(): Promise<void> {
    this.#closing = true
    this.#sendOff([...this.#sessions.values()], 'The collector restarts.', RESTARTED_S)
    // a database that cannot be written to is not waited for: agents send again what has no ack
    this.#options.journal.end()
    await this.flush()
  }

  /** Sends everybody to another edge; what was received is stored, and nothing is said against the machines. */
  sendAway(why: string): void {
    const sessions = [...this.#sessions.values()]
    this.#sessions.clear()
    this.#sendOff(sessions, why, 1)
    for (const { machine } of sessions) this.#options.follower.closed(machine, true, this.clock.now())
  }

  /** @param firstS when the first is to come back, seconds */
  #sendOff(sessions: readonly Session[], why: string, firstS: number): void {
    for (const [n, session] of sessions.entries())
      session.refuse('restarting', why, firstS + inTurn(n, sessions.length))
  }

  /** A machine was not heard for too long: its half-open connection goes. */
  drop(machine: FleetMachine): void {
    const session = this.#sessions.get(machine.id)
    this.#sessions.delete(machine.id)
    session?.refuse('restarting', 'Not heard for too long.')
  }

  /** A machine was revoked: its connection ends now, and its silence says nothing. */
  expel(machine: FleetMachine): void {
    const session = this.#sessions.get(machine.id)
    this.#sessions.delete(machine.id)
    session?.refuse('unauthorised', REVOKED)
    this.#options.follower.goodbye(machine, 'service-stop', this.clock.now())
  }

  /** @internal of Session: events were left out. */
  overBudget(machine: FleetMachine, events: number): void {
    const now = this.clock.now()
    if (!this.#warnings.take(machine.uid, now)) return
    this.#options.log.warn({ machine: machine.uid, events }, 'a machine sends more than its budget; it is left out')
  }

  /** @internal of Session */
  store(session: Session, arrived: readonly Arrived[], ack: () => void): void {
    const { journal, log } = this.#options
    if (journal.waiting > HOLD_AT && !this.#held.has(session)) {
      this.#held.add(session)
      session.machine.unread++
      session.pause()
    }
    const parts = journal.inParts(arrived)
    let left = parts.length
    for (const part of parts)
      journal.append(part).then(
        (stored) => {
          if (--left === 0) ack()
          this.#goOn()
          this.#options.follower.stored(session.machine, stored, this.clock.now())
        },
        (error: unknown) => {
          this.#goOn()
          if (left === FAILED) return
          left = FAILED
          log.error(
            { err: error, machine: session.machine.uid },
            'events could not be stored; the agent will send them again',
          )
          session.refuse('overloaded', 'The events could not be stored.', 30)
        },
      )
  }

  /** @internal of Session */
  goodbye(session: Session, reason: GoodbyeReason, now: number): void {
    if (this.#sessions.get(session.machine.id) !== session) return
    this.#sessions.delete(session.machine.id)
    this.#options.follower.goodbye(session.machine, reason, now)
  }

  /** @internal of Session */
  lost(session: Session): void {
    if (this.#forget(session)) this.#options.follower.closed(session.machine, false, this.clock.now())
  }

  /** @internal of Session */
  interrupted(session: Session): void {
    if (this.#forget(session)) this.#options.follower.closed(session.machine, true, this.clock.now())
  }

  /** Whether it was its machine's connection until now. */
  #forget(session: Session): boolean {
    if (this.#held.delete(session)) session.machine.unread--
    if (this.#sessions.get(session.machine.id) !== session) return false
    this.#sessions.delete(session.machine.id)
    return !this.#closing
  }

  #goOn(): void {
    if (this.#held.size === 0 || this.#options.journal.waiting > GO_ON_AT) return
    const now = this.clock.now()
    for (const session of this.#held) {
      session.machine.unread--
      this.#options.fleet.heard(session.machine, now)
      session.resume()
    }
    this.#held.clear()
  }
}
