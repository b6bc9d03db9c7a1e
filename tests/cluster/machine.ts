import type { Random } from '@pumphandle/shared/random'
import type { AgentEvent } from '@pumphandle/shared/wire'
import type { Entry } from '../faults/ledger.ts'
import { type Identity, WireClient } from '../support/wire-client.ts'

/** Between a connection that broke and the next try, at least. */
const AGAIN_MS = 100
/** An answer that did not come by then does not come: another edge is tried. */
const PATIENCE_MS = 4_000
/** A fleet of so many more comes back in so much more time, as agents' backoff makes it: all of it is on one computer here. */
const MACHINES_PER_SECOND = 150
/** Of one frame. */
const MOST_EVENTS = 20

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

const GOOD = '2024-07-18T09:00Z'
const BAD = '2024-07-19T04:09Z'
const CONTENT = { kind: 'content', name: 'falcon/291' } as const

/** A machine of the fleet: it keeps to any edge that answers, and sends again whatever has no ack. */
export class Machine {
  readonly entry: Entry
  readonly #identity: Identity
  readonly #random: Random
  readonly #edges: () => readonly string[]
  readonly #heartbeatMs: number
  readonly #spreadMs: number
  #client: WireClient | undefined
  #boot = 1
  #end: 'clean' | 'bugcheck' = 'clean'
  #isStopped = false
  /** The edge that it went to last, and the one that gave no answer the last time. */
  #at = ''
  #mute: string | undefined
  readonly #past: string[] = []
  #wake = Promise.withResolvers<void>()
  #acked = Promise.withResolvers<void>()

  /** @param given.fleet of how many machines it is one */
  constructor(
    identity: Identity,
    given: { random: Random; edges: () => readonly string[]; heartbeatMs: number; fleet: number },
  ) {
    this.#identity = identity
    this.#random = given.random
    this.#edges = given.edges
    this.#heartbeatMs = given.heartbeatMs
    this.#spreadMs = (given.fleet / MACHINES_PER_SECOND) * 1000
    this.entry = { uid: identity.machine, sent: [], acked: new Set() }
    this.#tell({
      type: 'inventory',
      complete: ['content', 'sensor'],
      components: [
        { kind: 'sensor', name: 'falcon', version: '7.16.18605' },
        { ...CONTENT, version: GOOD },
      ],
    })
    void this.#live()
  }

  /** When and where it was connected, and fell, for whoever looks for a fault. */
  get past(): string {
    return this.#past.join(', ')
  }

  get isSettled(): boolean {
    return this.entry.acked.size === this.entry.sent.length
  }

  /** It receives the bad file, stops with a blue screen within seconds, and tells of it when it is back. */
  async fall(): Promise<void> {
    const id = this.#tell({ type: 'component-changed', ...CONTENT, version: BAD, previousVersion: GOOD })
    await this.#untilAcked(id)
    await pause(this.#random.uniform(200, 1_500))
    this.#boot++
    this.#end = 'bugcheck'
    this.#remember('fell')
    this.#client?.socket.terminate()
    this.#tell({
      type: 'crash',
      kind: 'bugcheck',
      stopCode: '0x50',
      culprit: { driver: 'csagent.sys', confidence: 'high', reason: 'module at the faulting address' },
      uptimeSeconds: 3_600,
    })
  }

  stop(): void {
    this.#isStopped = true
    this.#client?.socket.terminate()
    this.#wake.resolve()
  }

  #tell(event: Record<string, unknown>): string {
    const id = `e-${this.entry.sent.length}`
    this.entry.sent.push({ id, at: Date.now(), ...event } as unknown as AgentEvent)
    this.#wake.resolve()
    return id
  }

  #remember(what: string): void {
    this.#past.push(`${what} at ${new Date().toISOString().slice(11, -1)}`)
  }

  async #untilAcked(id: string): Promise<void> {
    while (!this.entry.acked.has(id) && !this.#isStopped) await this.#acked.promise
  }

  async #live(): Promise<void> {
    await pause(this.#random.uniform(0, this.#spreadMs))
    while (!this.#isStopped) {
      try {
        await this.#connected()
        this.#mute = undefined
      } catch {
        // refused, cut or gone: it goes to another
        this.#mute = this.#at
      }
      this.#remember('off')
      this.#client?.socket.terminate()
      await pause(AGAIN_MS + this.#random.uniform(0, this.#spreadMs))
    }
  }

  async #connected(): Promise<void> {
    const edges = this.#edges()
    // any; but not again the one that gave no answer, as a load balancer passes it over
    const others = edges.filter((edge) => edge !== this.#mute)
    const url = others[this.#random.below(others.length)] ?? ''
    const boot = this.#boot
    this.#at = url
    const client = await this.#within(
      WireClient.connect(url, this.#identity, {
        computerName: `PC-${this.#identity.machine.slice(-6)}`,
        boot: { bootId: `boot-${boot}`, startedAt: Date.now() - 5_000, previousEnd: this.#end },
      }),
    )
    this.#client = client
    this.#remember(`on ${new URL(url).port}`)
    for (let batch = 1; !this.#isStopped && boot === this.#boot && !client.closed; ) {
      const waiting = this.entry.sent.filter((event) => !this.entry.acked.has(event.id)).slice(0, MOST_EVENTS)
      if (waiting.length > 0) {
        await this.#within(client.deliver(batch++, waiting))
        for (const { id } of waiting) this.entry.acked.add(id)
        this.#acked.resolve()
        this.#acked = Promise.withResolvers()
        continue
      }
      this.#wake = Promise.withResolvers()
      await Promise.race([this.#wake.promise, pause(this.#heartbeatMs), client.closeCode()])
      client.send({ type: 'heartbeat', sentAt: Date.now() })
    }
  }

  async #within<T>(work: Promise<T>): Promise<T> {
    work.catch(() => undefined)
    const late = pause(PATIENCE_MS + this.#spreadMs).then(() => {
      throw new Error('no answer')
    })
    late.catch(() => undefined)
    return Promise.race([work, late])
  }
}
