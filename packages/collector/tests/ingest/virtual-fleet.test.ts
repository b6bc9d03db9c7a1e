import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AgentEvent, CollectorFrame } from '@pumphandle/shared/wire'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { VirtualClock } from '../../../simulator/src/time/virtual-clock.ts'
import type { Link, Session } from '../../src/index.ts'
import { type Context, createContext, readConfig } from '../../src/index.ts'
import { ensurePractice } from '../../src/store/practices.ts'

const START = Date.UTC(2024, 6, 19, 3, 0)
const SECOND = 1_000
const MINUTE = 60_000
const PRACTICES = 40
const PER_PRACTICE = 8

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pumphandle-virtual-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

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

/** Machines without sockets, on a clock that the test moves. */
class VirtualFleet {
  readonly clock = new VirtualClock(START)
  readonly lastHeard = new Map<string, number>()
  readonly sessions = new Map<string, Session>()
  context!: Context
  uids: string[] = []
  #batch = 0

  async start(): Promise<void> {
    this.context = await createContext(readConfig({ PUMPHANDLE_DATA: folder }), {
      clock: this.clock,
      log: pino({ level: 'silent' }),
      lastHeard: (m) => this.lastHeard.get(m.uid) ?? m.lastHeard,
    })
  }

  async enrol(): Promise<void> {
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

  vanish(uid: string): void {
    this.lastHeard.set(uid, this.clock.now())
    this.sessions.get(uid)?.lost()
  }

  async pass(ms: number): Promise<void> {
    const until = this.clock.now() + ms
    while (this.clock.now() < until) {
      this.clock.advanceTo(this.clock.now() + SECOND)
      await this.context.ingest.flush()
    }
  }
}

const badContent = (at: number): AgentEvent => ({
  id: 'update',
  at,
  type: 'component-changed',
  kind: 'content',
  name: 'falcon/291',
  version: '2024-07-19T04:09Z',
  previousVersion: '2024-07-18T20:00Z',
})

const crash = (at: number): AgentEvent => ({
  id: 'crash-1',
  at,
  type: 'crash',
  kind: 'bugcheck',
  stopCode: '0x50',
  culprit: { driver: 'csagent.sys', reason: 'module at the faulting address', confidence: 'high' },
  uptimeSeconds: 3600,
})

test('a bad content file, from the file to the incident, with no sockets and no waiting', async () => {
  const fleet = new VirtualFleet()
  await fleet.start()
  await fleet.enrol()
  const exposed = fleet.introduce()
  await fleet.pass(12 * MINUTE)
  expect(fleet.context.fleet.counts.healthy).toBe(PRACTICES * PER_PRACTICE)

  const hit = exposed.slice(0, 80)
  for (const [i, uid] of hit.entries()) {
    fleet.send(uid, badContent(fleet.clock.now()))
    if (i % 2 === 0) await fleet.pass(SECOND)
    await fleet.context.ingest.flush()
    fleet.vanish(uid)
  }
  await fleet.pass(90 * SECOND)
  for (const uid of hit.slice(0, 30)) {
    fleet.connect(uid, 'boot-2', 'bugcheck')
    fleet.send(uid, crash(fleet.clock.now() - MINUTE))
  }
  await fleet.pass(2 * MINUTE)

  const { context } = fleet
  const [incident] = context.incidents.active().map((i) => i.row(fleet.clock.now()))
  expect(incident?.cause?.key).toBe('content:falcon/291@2024-07-19T04:09Z')
  expect(context.fleet.counts).toMatchObject({ crashed: 30, dark: 50 })
  await context.close()

  const again = new VirtualFleet()
  again.clock.advanceTo(fleet.clock.now() + MINUTE)
  await again.start()
  expect(again.context.incidents.active().map((i) => i.record.cause?.key)).toEqual([incident?.cause?.key])
  expect(again.context.fleet.size).toBe(PRACTICES * PER_PRACTICE)
  await again.context.close()
})

test('what was acknowledged just before the collector was killed still makes an incident', async () => {
  const before = new VirtualFleet()
  await before.start()
  await before.enrol()
  before.introduce()
  await before.pass(12 * MINUTE)
  await before.context.close()

  const killed = new VirtualFleet()
  killed.uids = before.uids
  killed.clock.advanceTo(before.clock.now() + SECOND)
  await killed.start()
  for (const uid of killed.uids) killed.connect(uid, 'boot-1', 'clean')
  await killed.pass(7 * MINUTE)
  const hit = killed.uids.filter((_, i) => i % 2 === 0).slice(0, 80)
  for (const uid of hit)
    killed.send(uid, badContent(killed.clock.now() - 2 * MINUTE), crash(killed.clock.now() - MINUTE))
  await killed.context.ingest.flush()
  // no tick passes: the detector has not spoken, and nothing of it is written
  expect(killed.context.incidents.active()).toEqual([])

  const after = new VirtualFleet()
  after.uids = before.uids
  after.clock.advanceTo(killed.clock.now() + 30 * SECOND)
  await after.start()
  await after.pass(MINUTE)
  const causes = after.context.incidents.active().map((i) => i.record.cause?.key)
  expect(causes).toEqual(['content:falcon/291@2024-07-19T04:09Z'])
  await after.context.close()
  await killed.context.close()
})
