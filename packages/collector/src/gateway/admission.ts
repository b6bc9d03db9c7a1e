import {
  HELLO_EXPECTED_MS,
  MAX_ASKING,
  MAX_PENDING,
  MAX_PENDING_NEW,
  MAX_PENDING_NEW_OF_ADDRESS,
  RETRY_SPREAD_SECONDS,
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
  readonly since: number
  /** Ends its connection: its place is needed. */
  readonly end: (why: 'replaced' | 'overloaded') => void
}

/**
 * Who may come in when everybody comes at once. A machine has one place however often it knocks; new machines have fewer
 * places than there are; whoever keeps a place without saying hello loses it to who comes next. The others are told a time
 * to come back, spread evenly, longer the more were turned away lately.
 */
export class AdmissionControl {
  readonly #maxConnections: number
  readonly #random: () => number
  /** By machine, in the order of their coming. */
  readonly #waiting = new Map<string, Waiting>()
  #asking = 0
  #turnedAway = 0
  #windowStart = 0

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
   */
  ask(connections: number, now: number): Admission {
    if (this.#asking >= MAX_ASKING || connections >= this.#maxConnections) return this.#turnAway(now)
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
      if (!this.#hasRoomFor(machine)) return this.#turnAway(now)
    }
    this.#waiting.set(uid, machine)
    return { admitted: true }
  }

  /** The machine said hello, or left. Harmless when told twice. */
  done(machine: Waiting): void {
    if (this.#waiting.get(machine.uid) === machine) this.#waiting.delete(machine.uid)
  }

  #hasRoomFor(machine: Waiting): boolean {
    if (this.#waiting.size >= MAX_PENDING) return false
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
    const late = [...this.#waiting.values()].filter((w) => machine.since - w.since >= HELLO_EXPECTED_MS)
    const fresh = late.filter((w) => !w.isKnown)
    if (machine.isKnown) return fresh[0] ?? late[0]
    return fresh.find((w) => w.address === machine.address) ?? fresh[0]
  }

  #end(waiting: Waiting | undefined, why: 'replaced' | 'overloaded'): void {
    if (!waiting) return
    this.#waiting.delete(waiting.uid)
    waiting.end(why)
  }

  #turnAway(now: number): TurnedAway {
    if (now - this.#windowStart > 1_000) {
      this.#windowStart = now
      this.#turnedAway = 0
    }
    this.#turnedAway++
    const { min, max } = RETRY_SPREAD_SECONDS
    const spread = Math.min(max, min + this.#turnedAway / MAX_PENDING)
    return { admitted: false, retryAfterSeconds: Math.ceil(min + this.#random() * spread) }
  }
}
