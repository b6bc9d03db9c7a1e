import type { Collector } from '@pumphandle/collector'
import { openStore } from '@pumphandle/collector/store'
import type { Client } from '@pumphandle/shared/client'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { writeSnapshot } from '../../packages/collector/src/store/snapshots.ts'
import { collectorOverTls } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

// One machine that sends all that it can. What it may have stored in a day is in packages/collector/src/ingest/budgets.ts.

const EVENTS_A_DAY = 5_000
const NAMES_A_DAY = 600
/** Machines of a fleet that is large enough to leave out of lists what one machine alone has. */
const FLEET = 20

let database: TestDatabase
let collector: Collector
let admin: Client
let machines: Identity[]
beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  collector = await collectorOverTls(database)
  admin = await firstAdmin(collector)
  const { secret } = await admin.call('enrolmentTokenAdd', { body: { name: 't', site: 'A81001' } })
  machines = []
  for (let i = 0; i < FLEET; i++) machines.push(await enrol(collector.url, secret))
})
afterEach(async () => {
  await collector.close()
  await database.drop()
})

const at = Date.now()
const vitals = (id: string): AgentEvent => ({ id, at, type: 'vitals', uptimeSeconds: 1 })
const boot = (n: number): AgentEvent => ({
  id: `boot${n}`,
  at,
  type: 'boot',
  bootId: `${n}`,
  start: 'cold',
  previous: { end: 'bugcheck' },
})
const crash = (n: number): AgentEvent => ({ id: `crash${n}`, at, type: 'crash', kind: 'bugcheck', stopCode: '0x50' })
const stored = async (): Promise<number> =>
  (await collector.context.store.reader.selectFrom('event').select('seq').execute()).length

/** Sends frame after frame on connection after connection; each takes what one connection may. */
async function flood(identity: Identity, frames: readonly AgentEvent[][]): Promise<WireClient> {
  let client = await WireClient.connect(collector.url, identity)
  let batch = 0
  for (const [i, events] of frames.entries()) {
    if (i % 10 === 9) {
      client.socket.terminate()
      client = await WireClient.connect(collector.url, identity)
      batch = 0
    }
    await client.deliver(++batch, events)
  }
  return client
}

const frame = (n: number, of: (id: string) => AgentEvent): AgentEvent[] =>
  Array.from({ length: 200 }, (_, i) => of(`${n}-${i}`))

describe('one machine that sends without end', () => {
  test('has its budget stored, across connections and restarts; boots and blue screens get through', async () => {
    const [hostile, honest] = machines as [Identity, Identity]
    const frames = Array.from({ length: 30 }, (_, n) => frame(n, vitals))
    const began = Date.now()
    let client = await flood(hostile, frames)
    // its day goes on meanwhile
    const passed = (Date.now() - began) / 86_400_000
    expect(await stored()).toBeLessThanOrEqual(EVENTS_A_DAY * (1 + passed) + 1)
    expect(client.frames.at(-1)).toMatchObject({ type: 'ack', overBudget: expect.any(Number) as number })

    await collector.close()
    collector = await collectorOverTls(database)
    const before = await stored()
    client = await flood(hostile, [frame(99, vitals)])
    expect((await stored()) - before).toBeLessThan(10)
    await client.deliver(7, [boot(1), crash(1)])
    expect((await stored()) - before).toBeGreaterThanOrEqual(2)
    expect(client.frames.at(-1)).toEqual({ type: 'ack', batch: 7 })

    const other = await WireClient.connect(collector.url, honest)
    await other.deliver(1, [vitals('mine')])
    expect(other.frames.at(-1)).toEqual({ type: 'ack', batch: 1 })
  })

  test('has so many bytes stored, in whatever letters; boots and blue screens get through without their long words', async () => {
    const [hostile] = machines as [Identity]
    const { id = 0 } = collector.context.fleet.byUid(hostile.machine) ?? {}
    // what it had of its day before
    await collector.close()
    const store = await openStore({ kind: 'sqlite', file: database.address })
    await writeSnapshot(store.db, 'budgets', { at, seq: 0, body: JSON.stringify([[id, at, { bytes: 100_000 }]]) })
    await store.close()
    collector = await collectorOverTls(database)
    const client = await WireClient.connect(collector.url, hostile)
    // three bytes each
    const words = '水'.repeat(1_000)
    const inventory = (parts: number): AgentEvent => {
      const hardware = Object.fromEntries(Array.from({ length: parts }, (_, n) => [`part ${n}`, words]))
      return { id: `i${parts}`, at, type: 'inventory', complete: [], components: [], hardware }
    }
    await client.deliver(1, [inventory(40)])
    expect(client.frames.at(-1)).toEqual({ type: 'ack', batch: 1, overBudget: 1 })
    await client.deliver(2, [inventory(33)])
    expect(client.frames.at(-1)).toEqual({ type: 'ack', batch: 2 })
    const culprit = { driver: 'bad.sys', reason: words, confidence: 'high' } as const
    const told = { ...crash(1), stopName: '水'.repeat(200), culprit } as AgentEvent
    await client.deliver(3, [told, { ...boot(1), previous: { end: 'bugcheck', reason: words } } as AgentEvent])
    expect(client.frames.at(-1)).toEqual({ type: 'ack', batch: 3 })
    const rows = await collector.context.store.reader.selectFrom('event').select('payload').orderBy('seq').execute()
    const [, stop, start] = rows.map(({ payload }) => JSON.parse(payload) as object)
    expect(stop).toEqual({ ...crash(1), culprit: { ...culprit, reason: '' } })
    expect(start).toEqual(boot(1))
  })

  test('tells one crash from ever more sources, and no row is called damaged for it', async () => {
    const [hostile] = machines as [Identity]
    const client = await WireClient.connect(collector.url, hostile)
    const bugcheck = { id: 'crash1', at, type: 'crash', kind: 'bugcheck', stopCode: '0x50' } as const
    for (let turn = 1; turn <= 3; turn++)
      await client.deliver(turn, [{ ...bugcheck, sources: Array.from({ length: 8 }, (_, n) => `s${turn}-${n}`) }])
    const { items } = await admin.call('machineCrashes', { path: { id: hostile.machine }, query: {} })
    expect(items).toMatchObject([{ stopCode: '0x50' }])
    const { payload } = await collector.context.store.reader
      .selectFrom('event')
      .select('payload')
      .executeTakeFirstOrThrow()
    expect((JSON.parse(payload) as { sources: string[] }).sources).toEqual(
      Array.from({ length: 8 }, (_, n) => `s1-${n}`),
    )
    expect(collector.context.health().problems).toEqual([])
  })

  test('is held to its frames a minute on all its connections together', async () => {
    const [hostile] = machines as [Identity]
    const heartbeat = { type: 'heartbeat', sentAt: at }
    const first = await WireClient.connect(collector.url, hostile)
    for (let i = 0; i < 200; i++) first.send(heartbeat)
    await first.deliver(1, [vitals('a')])
    const second = await WireClient.connect(collector.url, hostile)
    for (let i = 0; i < 400; i++) second.send(heartbeat)
    expect((await second.frame('refuse')).code).toBe('too-fast')
  })

  test('brings so many names of components a day, and none that others see; the sensors page answers', async () => {
    const [hostile, one, two] = machines as [Identity, Identity, Identity]
    const inventory = (id: string, names: string[]): AgentEvent => ({
      id,
      at,
      type: 'inventory',
      complete: [],
      components: names.map((name) => ({ kind: 'content', name, version: '1' })),
    })
    const made = (n: number) => Array.from({ length: 500 }, (_, i) => `made-up/${n}-${i}`)
    await flood(
      hostile,
      Array.from({ length: 20 }, (_, n) => [inventory(`i${n}`, made(n))]),
    )
    const rows = await collector.context.store.reader.selectFrom('component').select('id').execute()
    expect(rows.length).toBeLessThanOrEqual(NAMES_A_DAY)
    for (const honest of [one, two])
      await (await WireClient.connect(collector.url, honest)).deliver(1, [inventory('i', ['falcon/291'])])
    const names = (await admin.call('components', { query: { kind: 'content' } })).items.map((c) => c.name)
    expect(names).toEqual(['falcon/291'])
    expect((await admin.call('sensors')).products.every((p) => p.name === 'falcon/291')).toBe(true)
  })

  test('what one machine had and has no more is forgotten', async () => {
    const [hostile] = machines as [Identity]
    const changed = (id: string, version: string): AgentEvent => ({
      id,
      at: at - 30 * 86_400_000,
      type: 'component-changed',
      kind: 'app',
      name: 'mine',
      version,
    })
    const client = await WireClient.connect(collector.url, hostile)
    for (const n of [1, 2, 3]) await client.deliver(n, [changed(`c${n}`, `${n}`)])
    const now = Date.now()
    await collector.context.journal.forget({ before: now, sharedBefore: now - 400 * 86_400_000 })
    const rows = await collector.context.store.reader.selectFrom('component').select('version').execute()
    expect(rows).toEqual([{ version: '3' }])
    // and it may come again
    await client.deliver(4, [changed('c4', '1')])
    const again = await collector.context.store.reader.selectFrom('component').select('version').execute()
    expect(again.map((row) => row.version).toSorted()).toEqual(['1', '3'])
  })
})
