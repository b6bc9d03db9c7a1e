import { Random } from '@pumphandle/shared/random'
import { type Backoff, createBackoff } from '../../../agent/src/uplink/backoff.ts'
import { AdmissionControl, type Waiting } from '../../src/gateway/admission.ts'
import { MAX_STRANGERS } from '../../src/gateway/limits.ts'

/** Milliseconds of a core: a TLS handshake, and what follows until the welcome; 250 machines a second, as the bench's. */
const HANDSHAKE_MS = 1
const HELLO_MS = 3
/** There and back. */
const ROUND_TRIP_MS = 40

export interface Outage {
  readonly machines: number
  /** Nobody listens for so long, milliseconds. */
  readonly ms: number
  /** Gateways, each with a core of its own. */
  readonly cores: number
  /** What each is told as the collector ends in order, seconds; it was killed where absent. */
  readonly told?: (machine: number) => number
  readonly seed?: number
}

export interface Return {
  /** Seconds from the first moment that somebody listens until so many of the fleet are in. */
  readonly half: number
  readonly most: number
  readonly all: number
  /** Handshakes that ended in an answer of 503, for each machine. */
  readonly useless: number
  /** Sockets that were ended unheard, for each machine. */
  readonly unheard: number
  /** Seconds that the cores would need for everybody once. */
  readonly bound: number
}

interface Job {
  readonly machine: number
  readonly kind: 'handshake' | 'hello'
  isGone: boolean
}

/** A gateway process: one thing after the other, in the order of their coming. */
class Gateway {
  readonly door: AdmissionControl
  readonly #jobs: Job[] = []
  #next = 0
  #oldest = 0
  #strangers = 0
  isBusy = false

  constructor(random: () => number) {
    this.door = new AdmissionControl({ maxConnections: Number.POSITIVE_INFINITY, random })
  }

  /** @returns whose place it took: sockets that have proved nothing are bounded, and the oldest goes */
  add(machine: number, kind: Job['kind']): number | undefined {
    this.#jobs.push({ machine, kind, isGone: false })
    if (kind === 'hello' || ++this.#strangers <= MAX_STRANGERS) return undefined
    this.#oldest = Math.max(this.#oldest, this.#next + (this.isBusy ? 1 : 0))
    while (this.#jobs[this.#oldest]?.kind === 'hello' || this.#jobs[this.#oldest]?.isGone) this.#oldest++
    const gone = this.#jobs[this.#oldest] as Job
    gone.isGone = true
    this.#strangers--
    return gone.machine
  }

  /** What comes next; undefined where nothing waits. */
  get first(): Job | undefined {
    while (!this.isBusy && this.#jobs[this.#next]?.isGone) this.#next++
    return this.#jobs[this.#next]
  }

  done(): void {
    if (this.#jobs[this.#next++]?.kind === 'handshake') this.#strangers--
  }
}

/** Times of many, the soonest first. */
class Agenda {
  readonly #heap: { readonly at: number; readonly run: () => void }[] = []

  add(at: number, run: () => void): void {
    const heap = this.#heap
    let i = heap.push({ at, run }) - 1
    for (let up = (i - 1) >> 1; i > 0 && (heap[up]?.at ?? 0) > at; up = (i - 1) >> 1) i = this.#swap(i, up)
  }

  take(): { readonly at: number; readonly run: () => void } | undefined {
    const heap = this.#heap
    if (heap.length < 2) return heap.pop()
    const first = heap[0]
    heap[0] = heap.pop() as (typeof heap)[number]
    const at = (i: number): number => heap[i]?.at ?? Number.POSITIVE_INFINITY
    for (let i = 0; ; ) {
      const down = at(2 * i + 2) < at(2 * i + 1) ? 2 * i + 2 : 2 * i + 1
      if (at(down) >= at(i)) return first
      i = this.#swap(i, down)
    }
  }

  #swap(a: number, b: number): number {
    const heap = this.#heap
    const one = heap[a] as (typeof heap)[number]
    heap[a] = heap[b] as (typeof heap)[number]
    heap[b] = one
    return b
  }
}

/**
 * A fleet whose connections all end in one moment, and a collector that listens again after a while: the agent's own times
 * of coming back, the gateway's own admission, and the time that a handshake takes. Nothing else.
 */
export function comeBack({ machines, ms, cores, told, seed = 1 }: Outage): Return {
  const chance = new Random(seed)
  const random = () => chance.uniform(0, 1)
  const agenda = new Agenda()
  const gateways = Array.from({ length: cores }, () => new Gateway(random))
  const backoffs: Backoff[] = Array.from({ length: machines }, () => createBackoff(random))
  const waiting = new Map<number, Waiting>()
  const back: number[] = []
  let useless = 0
  let unheard = 0
  let now = 0

  const again = (machine: number, retryAfterMs?: number): void =>
    agenda.add(now + (backoffs[machine] as Backoff).next({ retryAfterMs }), () => knock(machine))
  function knock(machine: number): void {
    if (now < ms) return again(machine)
    const gateway = gateways[chance.below(cores)] as Gateway
    const gone = gateway.add(machine, 'handshake')
    if (gone !== undefined) {
      unheard++
      again(gone)
    }
    work(gateway)
  }
  function work(gateway: Gateway): void {
    const job = gateway.isBusy ? undefined : gateway.first
    if (!job) return
    gateway.isBusy = true
    agenda.add(now + (job.kind === 'hello' ? HELLO_MS : HANDSHAKE_MS), () => {
      gateway.isBusy = false
      gateway.done()
      if (job.kind === 'hello') welcome(gateway, job.machine)
      else proven(gateway, job.machine)
      work(gateway)
    })
  }
  function proven(gateway: Gateway, machine: number): void {
    const one = {
      uid: String(machine),
      isKnown: true,
      address: '',
      tellsCrash: false,
      since: now,
      end: () => undefined,
    }
    const admission = gateway.door.wait(one)
    if (!admission.admitted) {
      useless++
      return again(machine, admission.retryAfterSeconds * 1000)
    }
    waiting.set(machine, one)
    agenda.add(now + ROUND_TRIP_MS, () => {
      gateway.add(machine, 'hello')
      work(gateway)
    })
  }
  function welcome(gateway: Gateway, machine: number): void {
    gateway.door.done(waiting.get(machine) as Waiting)
    back.push(now)
  }

  for (let machine = 0; machine < machines; machine++) again(machine, told && told(machine) * 1000)
  for (let next = agenda.take(); next; next = agenda.take()) {
    now = next.at
    next.run()
  }
  const after = (share: number): number => ((back[Math.ceil(share * machines) - 1] ?? 0) - ms) / 1000
  return {
    half: after(0.5),
    most: after(0.99),
    all: after(1),
    useless: useless / machines,
    unheard: unheard / machines,
    bound: (machines * (HANDSHAKE_MS + HELLO_MS)) / 1000 / cores,
  }
}
