import { once } from 'node:events'
import { rmSync, statfsSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import type { Client } from '@pumphandle/shared/client'
import { MINUTE } from '@pumphandle/shared/time'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { type FastClock, fastClock } from '../support/fast-clock.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { type SmallDisk, smallDisk } from '../support/small-disk.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

// When it is the collector that cannot see or speak, somebody is told by another way: real machines' sockets, a real disk
// and real receivers; only the clock is in a hurry.

/** As many as make silence or clocks mean something. */
const MACHINES = 22
/** A minute is a second and a half. */
const SPEED = 40
/** Half a heartbeat of thirty seconds. */
const BEAT_MS = 350

let database: TestDatabase
let clock: FastClock
let collector: Collector
let admin: Client
let server: Server
let url: string
/** Messages by the receiver's path. */
let got: { path: string; type: string; body: string }[]
/** What a path answers; 200 where it is not here. */
let answers: Record<string, number>
let clients: WireClient[]
let disk: SmallDisk | undefined
/** How far the machines' clocks are ahead. */
let aheadMs: number
let beating: NodeJS.Timeout

beforeEach(async () => {
  got = []
  answers = {}
  clients = []
  aheadMs = 0
  clock = fastClock()
  // timers end as they were set: it hurries before there are any
  clock.hurry(SPEED)
  beating = setInterval(() => {
    for (const client of clients) if (!client.closed) client.send({ type: 'heartbeat', sentAt: clock.now() + aheadMs })
  }, BEAT_MS)
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  server = createServer((req, res) => {
    void text(req).then((body) => {
      const path = req.url ?? ''
      const { type = '' } = body === '' ? {} : (JSON.parse(body) as { type?: string })
      got.push({ path, type, body })
      res.writeHead(answers[path] ?? 200).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  clearInterval(beating)
  for (const client of clients) client.socket.terminate()
  await collector.close()
  server.close()
  server.closeAllConnections()
  disk?.remove()
  disk = undefined
  await database.drop()
})

/** A collector with two channels, `/one` and `/two`. */
async function start(dataDir = database.dataDir): Promise<void> {
  collector = await startCollector(
    readConfig({
      PUMPHANDLE_PORT: '0',
      PUMPHANDLE_DATA: dataDir,
      PUMPHANDLE_LOG_LEVEL: 'silent',
      PUMPHANDLE_WATCHDOG_URL: `${url}/watchdog`,
    }),
    { clock },
  )
  admin = await firstAdmin(collector)
  for (const name of ['one', 'two'])
    await admin.call('channelAdd', { body: { name, kind: 'webhook', url: `${url}/${name}`, enabled: true } })
}

async function connect(): Promise<void> {
  const { enrolment } = collector.context
  const { secret } = await enrolment.createToken({ name: 't', site: 'A81001', days: 1, maxUses: null, createdBy: 't' })
  for (let i = 0; i < MACHINES; i++) {
    const identity = await enrol(collector.url, secret, { computerName: `PC-${i}` })
    const sentAt = clock.now() + aheadMs
    clients.push(await WireClient.connect(collector.url, identity, { sentAt }))
  }
}

function pass(ms: number): Promise<void> {
  const until = clock.now() + ms
  return eventually(() => expect(clock.now()).toBeGreaterThan(until))
}

const told = (path: string, type: string): string[] =>
  got.filter((message) => message.path === path && message.type === type).map(({ body }) => body)
const watched = (): number => got.filter(({ path }) => path === '/watchdog').length

test('no machine is heard: both channels are told, and the watchdog is not asked any more', async () => {
  await start()
  await connect()
  // once it has seen how many there are, by minutes that begin now; nobody cuts the connections, as where a proxy hangs
  const before = watched()
  await eventually(() => expect(watched()).toBeGreaterThan(before + 2))
  clearInterval(beating)
  await eventually(() => {
    for (const path of ['/one', '/two'])
      expect(told(path, 'trouble').join()).toMatch(/No machine was heard for \d+ minutes, though 22 were connected/)
  })
  // what was asked before it knew has arrived by then
  await pass(MINUTE)
  const asked = watched()
  await pass(3 * MINUTE)
  expect(watched()).toBe(asked)
})

test('the clock is wrong: told in minutes, and again when it is right', async () => {
  await start()
  aheadMs = 10 * MINUTE
  await connect()
  await eventually(() =>
    expect(told('/one', 'trouble').join()).toContain("clock is 10 minutes behind most machines' clocks"),
  )
  aheadMs = 0
  await eventually(() => expect(told('/two', 'trouble-over')).toHaveLength(1))
})

test('a channel is dead: told by the other, and over when it lives again', async () => {
  await start()
  answers['/one'] = 403
  const { items } = await admin.call('channels')
  const one = items.find(({ name }) => name === 'one')
  const tested = await admin.call('channelTest', { path: { id: String(one?.id) }, body: {} })
  expect(tested.lastError).toContain('answered 403')
  await eventually(() => expect(told('/two', 'trouble').join()).toContain('do not reach the channel “one” (127.0.0.1'))
  expect(told('/one', 'trouble')).toEqual([])
  answers = {}
  await admin.call('channelTest', { path: { id: String(one?.id) }, body: {} })
  await eventually(() => expect(told('/two', 'trouble-over')).toHaveLength(1))
})

const probe = smallDisk(1)
probe?.remove()

describe.skipIf(!probe)('a disk', () => {
  test('is nearly full, then full, and well again: each is told, also while nothing can be stored', async () => {
    const small = smallDisk(100) as SmallDisk
    disk = small
    await start(small.folder)
    const { bavail, bsize } = statfsSync(small.folder)
    const filler = join(small.folder, 'others')
    writeFileSync(filler, Buffer.alloc(bavail * bsize - 8 * 2 ** 20))
    await eventually(() => expect(told('/one', 'trouble').join()).toMatch(/nearly full: [78]% is free \([78] MB\)/))
    small.fill()
    // whoever writes finds it
    const off = { kind: 'ntfy', url: `${url}/x`, enabled: false } as const
    await eventually(async () => {
      await admin.call('channelAdd', { body: { ...off, name: `x${got.length}` } }).catch(() => undefined)
      expect(told('/two', 'trouble').join()).toMatch(/Nothing can be stored: the disk of .* is full/)
    })
    small.free()
    rmSync(filler)
    await eventually(() => expect(told('/two', 'trouble-over')).toHaveLength(2))
  })
})
