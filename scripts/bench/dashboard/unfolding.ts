import type { Collector } from '@pumphandle/collector'
import type { Clock } from '@pumphandle/shared/clock'
import { PROTOCOL } from '@pumphandle/shared/wire'

type Ingest = Collector['context']['ingest']
type Session = NonNullable<ReturnType<Ingest['connect']>>
type Link = Parameters<Ingest['connect']>[2]

/** How often the fleet changes a little. */
const STEP_MS = 100
/** Steps in which every machine is heard once: ten seconds. */
const HEARD_STEPS = 100
/** Connections made before the collector may do something else. */
const AT_ONCE = 1000
/** Machines that have the file before the first of them vanishes. */
const FIRST = 100
/** Machines away at once, some ten seconds each. */
const MOST_AWAY = 5000
/** Every third machine is one that the bad file reaches. */
const HIT_EVERY = 3

/** Nobody reads what the collector answers. */
const deaf: Link = { send: () => undefined, refuse: () => undefined, pause: () => undefined, resume: () => undefined }

/**
 * A fleet on the collector's real ingest, without sockets: machine after machine takes the bad file, vanishes, comes back
 * with a crash, and so on, at a steady pace. Each of these is one change.
 */
export class Unfolding {
  changes = 0
  readonly #ingest: Ingest
  readonly #clock: Clock
  readonly #sessions: (Session | undefined)[]
  readonly #boots: number[]
  readonly #ill: number[] = []
  /** How many of the ill have the file. */
  #took = 0
  #next = 0
  readonly #away: { machine: number; since: number }[] = []
  #stop = (): void => undefined

  constructor(ingest: Ingest, clock: Clock, machines: number) {
    this.#ingest = ingest
    this.#clock = clock
    this.#sessions = Array.from({ length: machines }, () => undefined)
    this.#boots = Array.from({ length: machines }, () => 1)
    for (let machine = 0; machine < machines; machine += HIT_EVERY) this.#ill.push(machine)
  }

  async connectAll(): Promise<void> {
    for (let machine = 0; machine < this.#sessions.length; machine++) {
      this.#connect(machine, 'clean')
      if (machine % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    // who is not heard goes dark: all are heard now and then, a few at a time, as in a real fleet
    let part = 0
    this.#clock.every(STEP_MS, () => {
      for (let machine = part; machine < this.#sessions.length; machine += HEARD_STEPS)
        this.#sessions[machine]?.receive({ type: 'heartbeat', sentAt: this.#clock.now() })
      part = (part + 1) % HEARD_STEPS
    })
  }

  /** From now on so many changes a second. */
  pace(perSecond: number): void {
    this.#stop()
    if (perSecond === 0) return
    const perStep = (perSecond * STEP_MS) / 1000
    this.#stop = this.#clock.every(STEP_MS, () => {
      for (let i = 0; i < perStep; i++) this.#change()
    })
  }

  /** All three kinds at all times, so that each moment is like the next: what is measured in turn is comparable. */
  #change(): void {
    const kind = this.changes++ % 3
    const next = this.#ill[this.#took]
    if ((kind === 0 && next !== undefined) || this.#took < FIRST) this.#take(next ?? 0)
    else if (kind === 1 && this.#away.length < Math.min(MOST_AWAY, this.#took / 2)) this.#vanish()
    else this.#return()
  }

  #take(machine: number): void {
    this.#took++
    const at = this.#clock.now()
    const change = { kind: 'content', name: 'falcon/291', version: '2024-07-19T04:09Z' } as const
    this.#sessions[machine]?.receive({
      type: 'events',
      batch: 1,
      sentAt: at,
      events: [{ id: `c${machine}`, at, type: 'component-changed', ...change }],
    })
  }

  #vanish(): void {
    let machine: number
    do {
      machine = this.#ill[this.#next++ % this.#took] ?? 0
    } while (!this.#sessions[machine])
    this.#sessions[machine]?.lost()
    this.#sessions[machine] = undefined
    this.#away.push({ machine, since: this.#clock.now() })
  }

  /** Whoever is away longest comes back with its crash; where nobody is, one more vanishes. */
  #return(): void {
    const back = this.#away.shift()
    if (back === undefined) this.#vanish()
    else this.#connect(back.machine, 'bugcheck', back.since)
  }

  /** @param crashedAt when it vanished: a crash that is told as earlier than the file's arrival speaks for the file */
  #connect(machine: number, previousEnd: 'clean' | 'bugcheck', crashedAt = 0): void {
    const at = this.#clock.now()
    const uid = `uid-${machine + 1}`
    const number = this.#boots[machine] ?? 1
    this.#boots[machine] = number + 1
    const boot = { bootId: `b${number}`, startedAt: crashedAt === 0 ? at - 30_000 : crashedAt + 1, previousEnd }
    const known = this.#ingest.fleet.byUid(uid)
    if (!known) return
    const session = this.#ingest.connect(
      uid,
      {
        type: 'hello',
        protocol: PROTOCOL,
        machine: uid,
        sentAt: at,
        // what is known of it already: 100,000 new names at once are 100,000 writes, and no day of a fleet
        agent: { version: known.agentVersion ?? '0.1.0', platform: 'windows' },
        computerName: known.name,
        boot,
        spooled: 0,
      },
      deaf,
    )
    this.#sessions[machine] = session
    if (previousEnd === 'clean') return
    session?.receive({
      type: 'events',
      batch: 1,
      sentAt: at,
      events: [
        {
          id: `x${boot.bootId}-${machine}`,
          at: crashedAt,
          type: 'crash',
          kind: 'bugcheck',
          stopCode: '0x50',
          stopName: 'PAGE_FAULT_IN_NONPAGED_AREA',
          culprit: { driver: 'csagent.sys', reason: 'It is on top of the stack.', confidence: 'high' },
          sources: ['log-1001'],
        },
      ],
    })
  }
}
