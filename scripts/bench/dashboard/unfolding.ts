import type { Collector } from '@pumphandle/collector'
import type { Clock } from '@pumphandle/shared/clock'
import { PROTOCOL } from '@pumphandle/shared/wire'

type Ingest = Collector['context']['ingest']
type Session = NonNullable<ReturnType<Ingest['connect']>>
type Link = Parameters<Ingest['connect']>[2]

/** How often the fleet changes a little. */
const STEP_MS = 100
/** Connections made before the collector may do something else. */
const AT_ONCE = 1000
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
  #next = 0
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
    // who is not heard goes dark: the well ones are heard now and then
    this.#clock.every(10_000, () => {
      for (const session of this.#sessions) session?.receive({ type: 'heartbeat', sentAt: this.#clock.now() })
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

  #change(): void {
    const round = Math.floor(this.#next / this.#ill.length)
    const machine = this.#ill[this.#next % this.#ill.length] ?? 0
    this.#next++
    this.changes++
    const session = this.#sessions[machine]
    const at = this.#clock.now()
    if (round === 0) {
      const change = { kind: 'content', name: 'falcon/291', version: '2024-07-19T04:09Z' } as const
      session?.receive({
        type: 'events',
        batch: 1,
        sentAt: at,
        events: [{ id: `c${machine}`, at, type: 'component-changed', ...change }],
      })
    } else if (session) {
      this.#sessions[machine] = undefined
      session.lost()
    } else this.#connect(machine, 'bugcheck')
  }

  #connect(machine: number, previousEnd: 'clean' | 'bugcheck'): void {
    const at = this.#clock.now()
    const uid = `uid-${machine + 1}`
    const number = this.#boots[machine] ?? 1
    this.#boots[machine] = number + 1
    const boot = { bootId: `b${number}`, startedAt: at - 30_000, previousEnd }
    const known = this.#ingest.fleet.byUid(uid)
    if (!known) return
    const session = this.#ingest.connect(
      uid,
      {
        type: 'hello',
        protocol: PROTOCOL,
        machine: uid,
        sentAt: at,
        agent: { version: '0.1.0', platform: 'windows' },
        computerName: `PC-${machine + 1}`,
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
          at: at - 40_000,
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
