import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { createLogger } from '@pumphandle/collector/log'
import { newApiToken } from '@pumphandle/collector/people'
import { createClient } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import type { AgentEvent } from '@pumphandle/shared/wire'
import SQLite from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeSnapshot } from '../../packages/collector/src/store/snapshots.ts'
import { eventually } from '../support/eventually.ts'
import { type FastClock, fastClock } from '../support/fast-clock.ts'
import { type SmallDisk, smallDisk } from '../support/small-disk.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

const crash = (id: string): AgentEvent => ({ id, at: Date.now(), type: 'crash', kind: 'bugcheck', stopCode: '0x50' })
const probe = smallDisk(1)
probe?.remove()

/** Of a row that is written again and again. */
const ROW = JSON.stringify('x'.repeat(250_000))
/** Half of the disk. */
const LOG_BYTES = 12_000_000

describe.skipIf(!probe)('the log of a database on a small disk', () => {
  let disk: SmallDisk
  let collector: Collector
  beforeEach(async () => {
    disk = smallDisk(24) as SmallDisk
    collector = await start()
  })
  afterEach(async () => {
    await collector.close()
    disk.remove()
  })

  const start = () =>
    startCollector(readConfig({ PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: disk.folder, PUMPHANDLE_LOG_LEVEL: 'silent' }))
  const file = () => join(disk.folder, 'pumphandle.db')
  const logBytes = () => statSync(`${file()}-wal`, { throwIfNoEntry: false })?.size ?? 0

  test('gives its room back once whoever read all the while has ended', async () => {
    const { store } = collector.context
    const write = (n: number) => store.transaction((tx) => writeSnapshot(tx, 'test', { at: n, seq: n, body: ROW }))
    const reader = new SQLite(file(), { readonly: true })
    reader.exec('begin')
    reader.prepare('select count(*) from snapshot').get()
    for (let n = 0; logBytes() < LOG_BYTES; n++) await write(n)
    reader.close()
    await eventually(async () => {
      await write(0)
      expect(logBytes()).toBeLessThan(LOG_BYTES / 4)
    })
    expect((await fetch(`${collector.url}/readyz`)).status).toBe(200)
  })

  test('that a killed collector left on a full one is moved by the next start', async () => {
    await collector.close()
    const db = new SQLite(file())
    db.pragma('wal_autocheckpoint = 0')
    const write = db.prepare("insert or replace into snapshot (name, at, seq, body) values ('test', ?, 0, ?)")
    write.run(0, ROW)
    db.pragma('wal_checkpoint(TRUNCATE)')
    for (let n = 0; logBytes() < LOG_BYTES; n++) write.run(n, ROW)
    // as a kill leaves them
    const left = ['pumphandle.db', 'pumphandle.db-wal', 'pumphandle.db-shm'].map(
      (name) => [join(disk.folder, name), readFileSync(join(disk.folder, name))] as const,
    )
    db.close()
    for (const [path, bytes] of left) writeFileSync(path, bytes)
    rmSync(join(disk.folder, 'reserve'))
    disk.fill()
    collector = await start()
    expect(logBytes()).toBeLessThan(1_000_000)
    expect((await fetch(`${collector.url}/readyz`)).status).toBe(200)
  })
})

describe.skipIf(!probe)('a disk that is full', () => {
  let disk: SmallDisk
  let collector: Collector
  let clock: FastClock
  let lines: { level: number; msg: string; fault?: string }[]
  let clients: WireClient[]
  let beating: NodeJS.Timeout

  beforeEach(async () => {
    disk = smallDisk(24) as SmallDisk
    clock = fastClock()
    lines = []
    const log = createLogger('info', { write: (line) => void lines.push(JSON.parse(line)) })
    collector = await startCollector(readConfig({ PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: disk.folder }), { clock, log })
    const { enrolment } = collector.context
    const { secret } = await enrolment.createToken({ name: 't', site: 'A81001', days: 1, maxUses: 9, createdBy: 't' })
    const identities = await Promise.all(
      [1, 2, 3].map((i) => enrol(collector.url, secret, { computerName: `PC-${i}` })),
    )
    clients = await Promise.all(identities.map((identity) => WireClient.connect(collector.url, identity)))
    beating = setInterval(() => {
      for (const client of clients) if (!client.closed) client.send({ type: 'heartbeat', sentAt: Date.now() })
    }, 200)
  })
  afterEach(async () => {
    clearInterval(beating)
    await collector.close()
    disk.remove()
  })

  const acks = (client: WireClient) => client.frames.filter((f) => f.type === 'ack').length
  const readyz = async () => {
    const response = await fetch(`${collector.url}/readyz`)
    return { status: response.status, text: await response.text() }
  }
  const tokenOf = (scope: 'read' | 'admin') =>
    newApiToken(collector.context.store, systemClock, { name: 'x', scope, days: 1, createdBy: 't' })

  /** Fills the disk, and sends until nothing is stored any more. */
  async function fill(): Promise<void> {
    disk.fill()
    const [first] = clients as [WireClient]
    for (let batch = 1; (await readyz()).status === 200; batch++) {
      first.sendEvents(batch, [crash(`fill-${batch}`)])
      await eventually(async () => expect(acks(first) === batch || (await readyz()).status === 503).toBe(true))
    }
  }

  test('is said, loses nothing, makes nobody dark, and is over by itself', async () => {
    const reads = await tokenOf('read')
    const admin = await tokenOf('admin')
    const began = clock.now()
    await fill()
    expect(await readyz()).toEqual({ status: 503, text: 'nothing can be stored: store-full\n' })

    // every page can be read, though each read wants to write down that a token was used
    const page = createClient({ url: collector.url, token: reads.secret })
    expect((await page.call('overview')).health).toMatchObject({
      ok: false,
      problems: [{ code: 'store-full', severity: 'error', title: expect.stringContaining('is full. Make room there') }],
    })
    await page.call('machines', { query: {} })
    await page.call('machine', { path: { id: clients[0]?.identity.machine ?? '' } })
    // what people do is stored in the room that was kept
    const desk = createClient({ url: collector.url, token: admin.secret })
    await desk.call('enrolmentTokenAdd', { body: { name: 'kept', site: 'A81001', days: 1, maxUses: 1 } })

    // one vanishes, and the others go on: it is dark, they are not, and neither has anything refused
    const [first, second, third] = clients as [WireClient, WireClient, WireClient]
    second.sendEvents(1, [crash('kept')])
    third.socket.terminate()
    clock.hurry(20)
    const { fleet } = collector.context
    const stateOf = (client: WireClient) => fleet.byUid(client.identity.machine)?.state
    await eventually(() => expect(stateOf(third)).toBe('dark'))
    clock.hurry(1)
    expect([stateOf(first), stateOf(second)]).not.toContain('dark')
    expect([first.closed, second.closed]).toEqual([undefined, undefined])
    expect(acks(second)).toBe(0)
    const said = lines.filter((line) => line.fault === 'store-full')
    expect(said.length).toBeGreaterThan(0)
    // once a minute, and each minute of a hurried clock is three seconds of a computer that may stand still
    expect(said.length).toBeLessThanOrEqual(3 + (clock.now() - began) / 60_000)
    expect(lines.filter((line) => line.level >= 50 && line.fault === undefined)).toEqual([])

    disk.free()
    await eventually(() => expect(acks(second)).toBe(1))
    await eventually(async () => expect(await readyz()).toEqual({ status: 200, text: 'ok\n' }))
    const { reader } = collector.context.store
    await eventually(async () => {
      const stored = await reader.selectFrom('machine_transition').select('to_state').execute()
      expect(stored.map((row) => row.to_state)).toContain('dark')
    })
    const events = await reader.selectFrom('event').select('event_id').execute()
    expect(events.map((e) => e.event_id)).toContain('kept')
  })

  test('keeps nobody from ending the collector', async () => {
    await fill()
    clients[1]?.sendEvents(1, [crash('not-stored')])
    await collector.close()
    expect(await clients[1]?.closeCode()).toBe(1012)
    disk.free()
    collector = await startCollector(
      readConfig({ PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: disk.folder, PUMPHANDLE_LOG_LEVEL: 'silent' }),
    )
  })
})
