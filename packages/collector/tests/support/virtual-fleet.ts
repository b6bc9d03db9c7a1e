import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MINUTE, SECOND } from '@pumphandle/shared/time'
import type { AgentEvent, CollectorFrame } from '@pumphandle/shared/wire'
import pino from 'pino'
import { VirtualClock } from '../../../simulator/src/time/virtual-clock.ts'
import type { Link, Session } from '../../src/index.ts'
import { type Context, createContext, readConfig } from '../../src/index.ts'
import { ensurePractice } from '../../src/store/practices.ts'

const START = Date.UTC(2024, 6, 19, 3, 0)
export const PRACTICES = 40
export const PER_PRACTICE = 8

const PROBES = 'EMIS Web=https://emis.example/health,Spine=https://spine.example/'

/** A link that keeps what it is told. */
class RecordingLink implements Link {
  readonly frames: CollectorFrame[] = []
  send(frame: CollectorFrame): void {
    this.frames.push(frame)
  }
  refuse(): void {}
  pause(): void {}
  resume(): void {}
}

let enrolled: Promise<{ folder: string; uids: readonly string[] }> | undefined

/** The channel file of 19 July 2024 takes the place of the one that {@link VirtualFleet.introduce} tells of. @param at ms epoch */
export const badContent = (at: number): AgentEvent => ({
  id: 'update',
  at,
  type: 'component-changed',
  kind: 'content',
  name: 'falcon/291',
  version: '2024-07-19T04:09Z',
  previousVersion: '2024-07-18T20:00Z',
})

/** Machines without sockets, on a clock that the test moves. */
export class VirtualFleet {
  readonly clock = new VirtualClock(START)
  readonly lastHeard = new Map<string, number>()
  readonly sessions = new Map<string, Session>()
  /** The boot that each machine said last. */
  readonly boots = new Map<string, string>()
  context!: Context
  uids: string[] = []
  readonly #folder: string
  #batch = 0
  #names = 0

  /** @param folder where the collector keeps its data */
  constructor(folder: string) {
    this.#folder = folder
  }

  async start(): Promise<void> {
    this.context = await createContext(readConfig({ PUMPHANDLE_DATA: this.#folder, PUMPHANDLE_PROBES: PROBES }), {
      clock: this.clock,
      log: pino({ level: 'silent' }),
      lastHeard: (m) => this.lastHeard.get(m.uid) ?? m.lastHeard,
    })
  }

  /** Starts a collector whose fleet was enrolled just now: once in a process, copied from then on. */
  async startEnrolled(): Promise<void> {
    enrolled ??= VirtualFleet.#enrolOnce()
    const { folder, uids } = await enrolled
    cpSync(folder, this.#folder, { recursive: true })
    this.uids = [...uids]
    await this.start()
  }

  static async #enrolOnce(): Promise<{ folder: string; uids: readonly string[] }> {
    const folder = mkdtempSync(join(tmpdir(), 'pumphandle-enrolled-'))
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
    const fleet = new VirtualFleet(folder)
    await fleet.start()
    await fleet.#enrol()
    await fleet.context.close()
    return { folder, uids: fleet.uids }
  }

  async #enrol(): Promise<void> {
    const { enrolment, store } = this.context
    for (let site = 0; site < PRACTICES; site++) {
      const code = `A8${1000 + site}`
      await ensurePractice(store.db, code)
      const token = await enrolment.createToken({ name: code, site: code, days: 9, maxUses: null, createdBy: 'test' })
      for (let i = 0; i < PER_PRACTICE; i++) {
        const enrolled = await enrolment.enrol(token.secret, { computerName: `PC-${i}`, agentVersion: '0.1.0' })
        if (enrolled) this.uids.push(enrolled.machine)
      }
    }
  }

  /** Connects all, every second one with falcon; answers with those. */
  introduce(): string[] {
    for (const [i, uid] of this.uids.entries()) {
      this.connect(uid, 'boot-1', 'clean')
      const product = i % 2 === 0 ? 'falcon' : 'defender'
      this.send(uid, {
        id: 'inventory',
        at: this.clock.now(),
        type: 'inventory',
        complete: ['sensor', 'content'],
        components: [
          { kind: 'sensor', name: product, version: '7.16' },
          { kind: 'content', name: `${product}/291`, version: '2024-07-18T20:00Z' },
        ],
      })
    }
    return this.uids.filter((_, i) => i % 2 === 0)
  }

  connect(uid: string, bootId: string, previousEnd: 'clean' | 'bugcheck'): void {
    const now = this.clock.now()
    this.lastHeard.set(uid, Number.POSITIVE_INFINITY)
    this.boots.set(uid, bootId)
    const session = this.context.ingest.connect(
      uid,
      {
        type: 'hello',
        protocol: 1,
        machine: uid,
        sentAt: now,
        agent: { version: '0.1.0', platform: 'virtual' },
        computerName: 'PC',
        boot: { bootId, startedAt: now, previousEnd },
        spooled: 0,
      },
      new RecordingLink(),
    )
    if (session) this.sessions.set(uid, session)
  }

  send(uid: string, ...events: AgentEvent[]): void {
    this.sessions.get(uid)?.receive({ type: 'events', batch: ++this.#batch, sentAt: this.clock.now(), events })
  }

  /** Its last frame came now, and nothing more. */
  vanish(uid: string): void {
    const now = this.clock.now()
    this.lastHeard.set(uid, now)
    const machine = this.context.fleet.byUid(uid)
    if (machine) this.context.fleet.heard(machine, now)
    this.sessions.get(uid)?.lost()
  }

  async pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms
    while (this.clock.now() < until) {
      this.clock.advanceTo(this.clock.now() + SECOND)
      await this.context.ingest.flush()
    }
  }

  /** The machines of one practice, by its place in the order of enrolment. */
  at(site: number): string[] {
    return this.uids.slice(site * PER_PRACTICE, (site + 1) * PER_PRACTICE)
  }

  /** The next start of Windows after a blue screen, and what is in its log. */
  crashed(uid: string, more: Partial<Extract<AgentEvent, { type: 'crash' }>> = {}): void {
    const name = ++this.#names
    const at = this.clock.now()
    this.connect(uid, `boot-${name}`, 'bugcheck')
    this.send(uid, {
      id: `crash-${name}`,
      at: at - MINUTE,
      type: 'crash',
      kind: 'bugcheck',
      stopCode: '0x124',
      ...more,
    })
  }

  probed(uid: string, ok: boolean, at = this.clock.now(), name = 'EMIS Web'): void {
    const results = [ok ? { name, ok } : { name, ok, failedAt: 'tcp' as const }]
    this.send(uid, { id: `probe-${++this.#names}`, at, type: 'reachability', results })
  }

  goodbye(uid: string): void {
    this.lastHeard.set(uid, this.clock.now())
    this.sessions.get(uid)?.receive({ type: 'goodbye', sentAt: this.clock.now(), reason: 'shutdown' })
  }

  /** The collector ends, is away for a while, and starts again; nobody has come back yet. */
  async restart(awayMs: number): Promise<void> {
    await this.context.close()
    this.sessions.clear()
    this.clock.advanceTo(this.clock.now() + awayMs)
    await this.start()
  }

  /** Everybody who was there comes back, in the boot that they were in. */
  reconnect(uids: readonly string[] = this.uids): void {
    for (const uid of uids) this.connect(uid, this.boots.get(uid) ?? 'boot-1', 'clean')
  }

  /** What is open now, by kind and title. */
  open(): string[] {
    return this.context.incidents.active().map(({ record }) => `${record.kind}: ${record.title}`)
  }
}
