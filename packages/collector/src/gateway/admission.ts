import {
  EXPECTED_PER_SECOND,
  HELLO_EXPECTED_MS,
  MAX_ASKING,
  MAX_PENDING,
  MAX_PENDING_NEW,
  MAX_PENDING_NEW_OF_ADDRESS,
  PLACES_FOR_CRASHES,
  RETRY_SECONDS,
} from './limits.ts'

export interface TurnedAway {
  readonly admitted: false
  readonly retryAfterSeconds: number
}
export type Admission = { readonly admitted: true } | TurnedAway

/** A machine that proved itself and has not said hello yet. */
export interface Waiting {
  readonly uid: string
  /** Its probation is over: places are kept for such. */
  readonly isKnown: boolean
  readonly address: string
  /** It says that it has a crash to tell. */
  readonly tellsCrash: boolean
  readonly since: number
  /** Ends its connection: its place is needed. */
  readonly end: (why: 'replaced' | 'overloaded') => void
}

/**
 * Who may come in when everybody comes at once. A machine has one place however often it knocks; new machines have fewer
 * places than there are; whoever keeps a place without saying hello loses it to who comes next. The others stand in a line
 * that is only a time: each is told to come back when, at the pace of the last seconds, it will be let in, a little earlier
 * or later. Whoever comes too early costs a handshake for nothing, which over TLS is a millisecond of a core. Machines with a
 * crash to tell have places of their own, and stand in no line.
 */
export class AdmissionControl {
  readonly #maxConnections: number
  readonly #random: () => number
  /** By machine, in the order of their coming. */
  readonly #waiting = new Map<string, Waiting>()
  #asking = 0
  /** When the next in the line is to come. */
  #nextAt = 0
  /** Machines a second that get in while some are turned away. */
  #perSecond: number = EXPECTED_PER_SECOND.first
  /** Who got in during the second that began then, when somebody was turned away. */
  #second = { since: Number.NEGATIVE_INFINITY, done: 0 }

  constructor(options: { maxConnections: number; random: () => number }) {
    this.#maxConnections = options.maxConnections
    this.#random = options.random
  }

  /** Machines that have a place and have not said hello. */
  get pending(): number {
    return this.#waiting.size
  }

  /**
   * Somebody knocks; `asked` follows when it is known who.
   * @param connections that are open now, those that wait included
   * @param tellsCrash it says that it has a crash to tell
   */
  ask(connections: number, now: number, tellsCrash: boolean): Admission {
    const places = tellsCrash ? MAX_ASKING : MAX_ASKING - PLACES_FOR_CRASHES
    if (this.#asking >= places || connections >= this.#maxConnections) return this.#turnAway(now, tellsCrash)
    this.#asking++
    return { admitted: true }
  }

  asked(): void {
    this.#asking--
  }

  /** A machine takes its place, or is turned away; `done` with the same object gives it back. */
  wait(machine: Waiting): Admission {
    const { uid, since: now } = machine
    this.#end(this.#waiting.get(uid), 'replaced')
    if (!this.#hasRoomFor(machine)) {
      this.#end(this.#laggard(machine), 'overloaded')
      if (!this.#hasRoomFor(machine)) return this.#turnAway(now, machine.tellsCrash)
    }
    this.#waiting.set(uid, machine)
    return { admitted: true }
  }

  /** The machine said hello, or left. Harmless when told twice. */
  done(machine: Waiting): void {
    if (this.#waiting.get(machine.uid) !== machine) return
    this.#waiting.delete(machine.uid)
    this.#second.done++
  }

  #hasRoomFor(machine: Waiting): boolean {
    if (this.#waiting.size >= (machine.tellsCrash ? MAX_PENDING + PLACES_FOR_CRASHES : MAX_PENDING)) return false
    if (machine.isKnown) return true
    let all = 0
    let ofAddress = 0
    for (const { isKnown, address } of this.#waiting.values()) {
      if (isKnown) continue
      all++
      if (address === machine.address) ofAddress++
    }
    return all < MAX_PENDING_NEW && ofAddress < MAX_PENDING_NEW_OF_ADDRESS
  }

  /** Whose place may go to this machine: the one that keeps it the longest without a word, a new one first. */
  #laggard(machine: Waiting): Waiting | undefined {
    let first: Waiting | undefined
    let freshOne: Waiting | undefined
    for (const waiting of this.#waiting.values()) {
      // who came after this one has not waited for long either
      if (machine.since - waiting.since < HELLO_EXPECTED_MS) break
      first ??= waiting
      if (waiting.isKnown) continue
      if (machine.isKnown || waiting.address === machine.address) return waiting
      freshOne ??= waiting
    }
    return machine.isKnown ? first : freshOne
  }

  #end(waiting: Waiting | undefined, why: 'replaced' | 'overloaded'): void {
    if (!waiting) return
    this.#waiting.delete(waiting.uid)
    waiting.end(why)
  }

  #turnAway(now: number, tellsCrash: boolean): TurnedAway {
    this.#pace(now)
    const { min, max } = RETRY_SECONDS
    // its place may be free in a moment
    if (tellsCrash) return { admitted: false, retryAfterSeconds: Math.ceil(min * (1 + this.#random())) }
    const soonest = now + min * 1_000
    this.#nextAt = Math.max(soonest, Math.min(this.#nextAt + 1_000 / this.#perSecond, now + max * 1_000))
    const waits = (this.#nextAt - now) / 1_000
    // at the end of the line all that are left have the same time: they are spread over half of it
    const spread = waits >= max ? max / 2 : min
    return { admitted: false, retryAfterSeconds: Math.ceil(Math.max(min, waits - spread * this.#random())) }
  }

  /** Learns how many get in a second, from seconds in which more wanted to. */
  #pace(now: number): void {
    const { since, done } = this.#second
    const seconds = (now - since) / 1_000
    if (seconds >= 1) {
      if (seconds < 2) this.#perSecond = Math.max(EXPECTED_PER_SECOND.least, (this.#perSecond + done / seconds) / 2)
      this.#second = { since: now, done: 0 }
    }
  }
}
