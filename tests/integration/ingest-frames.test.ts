import { readdirSync, readFileSync } from 'node:fs'
import type { Collector } from '@pumphandle/collector'
import {
  AGENT_SOCKET_PATH,
  CLOSE,
  MAX_FRAME_BYTES,
  MAX_FRAMES_PER_MINUTE,
  MAX_UNACKED_FRAMES,
  SUBPROTOCOL,
} from '@pumphandle/shared/wire'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { WebSocket } from 'ws'
import { readCollectorFrame } from '../../packages/agent/src/uplink/collector-frame.ts'
import { collectorOn } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

const golden = new URL('../../packages/shared/golden/', import.meta.url)
const read = (folder: string): [name: string, frame: Record<string, unknown>][] =>
  readdirSync(new URL(`${folder}/`, golden)).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(new URL(`${folder}/${file}`, golden), 'utf8')) as Record<string, unknown>,
  ])

let database: TestDatabase
let collector: Collector
let identity: Identity

beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  collector = await collectorOn(database, { PUMPHANDLE_PROBES: 'EMIS Web=https://emis.example/health' })
  const { enrolment } = collector.context
  const token = await enrolment.createToken({ name: 'test', site: null, days: 1, maxUses: null, createdBy: 'test' })
  identity = await enrol(collector.url, token.secret, { site: 'A81001' })
})
afterEach(async () => {
  await collector.close()
  await database.drop()
})

const state = () => collector.context.fleet.byUid(identity.machine)
const vitals = (id: string) => ({ id, at: Date.now(), type: 'vitals', uptimeSeconds: 1 }) as const

describe('golden frames', () => {
  test('the collector takes every event of the golden frames and stores each', async () => {
    const client = await WireClient.connect(collector.url, identity)
    const frames = read('agent').filter(([name]) => name.startsWith('events-'))
    let batch = 0
    for (const [, frame] of frames) {
      client.send({ ...frame, batch: ++batch })
      await client.until(() => client.frames.some((f) => f.type === 'ack' && f.batch === batch))
    }
    const stored = await collector.context.store.reader.selectFrom('event').select('payload').execute()
    const sent = frames.flatMap(([, frame]) => frame['events'] as unknown[])
    expect(stored.map((row) => JSON.parse(row.payload) as unknown)).toEqual(sent)
  })

  test.each(read('collector'))('the agent reads %s', (_name, frame) => {
    expect(readCollectorFrame(JSON.stringify(frame))).toEqual(frame)
  })

  test.each(read('bad'))('%s is refused with a sentence and 4400', async (_name, { frame }) => {
    const client = await WireClient.connect(collector.url, identity)
    client.send(frame)
    const refuse = await client.frame('refuse')
    expect(refuse.code).toBe('bad-frame')
    expect(refuse.message).toMatch(/^The frame fails its schema at /)
    expect(await client.closeCode()).toBe(CLOSE.badFrame.code)
  })
})

describe('what an agent may not do', () => {
  test.each([
    ['no JSON', '{"type":"heart', 'The frame is not JSON.'],
    ['an array', '[]', 'The frame fails its schema'],
    ['a hello twice', undefined, 'A hello comes once'],
  ])('%s', async (_name, text, message) => {
    const client = await WireClient.connect(collector.url, identity)
    client.send(text ?? client.hello())
    expect((await client.frame('refuse')).message).toContain(message)
    expect(await client.closeCode()).toBe(CLOSE.badFrame.code)
  })

  test('binary frames, and a frame that is too large', async () => {
    const binary = await WireClient.connect(collector.url, identity)
    binary.socket.send(Buffer.from([1, 2, 3]))
    expect(await binary.closeCode()).toBe(CLOSE.badFrame.code)
    const large = await WireClient.connect(collector.url, identity)
    large.send(`"${'x'.repeat(MAX_FRAME_BYTES)}"`)
    expect(await large.closeCode()).toBe(1009)
  })

  test('events before the hello', async () => {
    const client = await WireClient.open(collector.url, identity)
    client.sendEvents(1, [vitals('v')])
    expect((await client.frame('refuse')).message).toBe('The first frame is a hello.')
    expect(await client.closeCode()).toBe(CLOSE.badFrame.code)
  })

  test("another machine's name in the hello", async () => {
    const client = await WireClient.open(collector.url, identity)
    client.send(client.hello({ machine: '01J340G1M0T8Q6ZJ5B2W3X4Y5Z' }))
    expect(await client.closeCode()).toBe(CLOSE.unauthorised.code)
  })

  test('a protocol that is not spoken here', async () => {
    const client = await WireClient.open(collector.url, identity)
    client.send(client.hello({ protocol: 99 }))
    expect((await client.frame('refuse')).code).toBe('protocol')
    expect(await client.closeCode()).toBe(CLOSE.protocol.code)
  })

  test('a batch that does not count upwards', async () => {
    const client = await WireClient.connect(collector.url, identity)
    await client.deliver(2, [vitals('a')])
    client.sendEvents(2, [vitals('b')])
    expect(await client.closeCode()).toBe(CLOSE.badFrame.code)
  })

  test('more frames of events than may be unanswered', async () => {
    const client = await WireClient.connect(collector.url, identity)
    for (let batch = 1; batch <= MAX_UNACKED_FRAMES * 20; batch++) client.sendEvents(batch, [vitals(`v${batch}`)])
    expect((await client.frame('refuse')).code).toBe('too-fast')
    expect(await client.closeCode()).toBe(CLOSE.tooFast.code)
    // what was acknowledged is there
    const acked = client.frames.filter((f) => f.type === 'ack').length
    const rows = await collector.context.store.reader.selectFrom('event').select('seq').execute()
    expect(rows.length).toBeGreaterThanOrEqual(acked)
  })

  test('more frames than a minute may have', async () => {
    const client = await WireClient.connect(collector.url, identity)
    // turns come back with time, of which a busy machine takes more
    for (let i = 0; i <= MAX_FRAMES_PER_MINUTE * 2; i++) client.send({ type: 'heartbeat', sentAt: Date.now() })
    const refuse = await client.frame('refuse')
    expect(refuse).toMatchObject({ code: 'too-fast', retryAfterSeconds: 60 })
    expect(await client.closeCode()).toBe(CLOSE.tooFast.code)
  })
})

describe('who may come in', () => {
  const upgrade = (headers: Record<string, string>, protocol = SUBPROTOCOL): Promise<string> =>
    new Promise((resolve) => {
      const socket = new WebSocket(collector.url.replace('http', 'ws') + AGENT_SOCKET_PATH, protocol, { headers })
      socket.on('error', (error) => resolve(error.message))
      socket.on('open', () => resolve('open'))
    })

  test('only who shows the secret of a machine', async () => {
    const { machine, secret = '' } = identity
    expect(await upgrade({ authorization: `Bearer ${machine}.${secret}` })).toBe('open')
    expect(await upgrade({})).toContain('401')
    expect(await upgrade({ authorization: `Bearer ${machine}.${'x'.repeat(43)}` })).toContain('401')
    expect(await upgrade({ authorization: `Bearer 01J340G1M0T8Q6ZJ5B2W3X4Y5Z.${secret}` })).toContain('401')
    expect(await upgrade({ authorization: secret })).toContain('401')
    expect(await upgrade({ authorization: `Bearer ${machine}.${secret}` }, 'other')).toContain('400')
  })

  test('who is wrong too often is slowed down, and nobody else at the same address', async () => {
    const wrong = { authorization: `Bearer ${identity.machine}.${'x'.repeat(43)}` }
    let answer = ''
    for (let tries = 0; tries < 1_000 && !answer.includes('429'); tries++) answer = await upgrade(wrong)
    expect(answer).toContain('429')
    expect(await upgrade({ authorization: `Bearer ${identity.machine}.${identity.secret}` })).toBe('open')

    const codes = new Set<string>()
    for (let tries = 0; tries < 200 && codes.size < 2; tries++)
      codes.add(
        await enrol(collector.url, 'y'.repeat(43)).then(
          () => 'enrolled',
          (error: Error) => error.message,
        ),
      )
    expect([...codes]).toEqual(['enrolment was answered with 401', 'enrolment was answered with 429'])
    const { enrolment } = collector.context
    const token = await enrolment.createToken({ name: 'ok', site: null, days: 1, maxUses: null, createdBy: 'test' })
    expect((await enrol(collector.url, token.secret)).machine).toHaveLength(26)
  })

  test('a newer connection of a machine replaces the older', async () => {
    const first = await WireClient.connect(collector.url, identity)
    const second = await WireClient.connect(collector.url, identity)
    expect(await first.closeCode()).toBe(CLOSE.replaced.code)
    await second.deliver(1, [vitals('v')])
    expect(state()?.connected).toBe(true)
  })

  test('the welcome carries intervals and probes', async () => {
    const client = await WireClient.connect(collector.url, identity)
    expect(await client.frame('welcome')).toMatchObject({
      protocol: 2,
      heartbeatSeconds: 15,
      probes: [{ name: 'EMIS Web', kind: 'https', host: 'emis.example', port: 443, path: '/health' }],
    })
  })
})

describe('presence', () => {
  test('a goodbye makes a machine offline or sleeping, with the reason', async () => {
    const client = await WireClient.connect(collector.url, identity)
    expect(state()?.state).toBe('healthy')
    client.send({ type: 'goodbye', sentAt: Date.now(), reason: 'sleep' })
    await client.close()
    await collector.context.ingest.flush()
    expect(state()?.state).toBe('sleeping')
    const again = await WireClient.connect(collector.url, identity)
    again.send({ type: 'goodbye', sentAt: Date.now(), reason: 'shutdown' })
    await again.close()
    expect(state()).toMatchObject({ state: 'offline', connected: false })
    expect(state()?.stateReason).toMatch(/^Shut down at /)
  })

  test('a hello after a bugcheck says so before anything else is read', async () => {
    await WireClient.connect(collector.url, identity, {
      boot: { bootId: 'boot-2', startedAt: Date.now() - 1000, previousEnd: 'bugcheck' },
    })
    expect(state()?.state).toBe('crashed')
  })

  test('an agent that reads nothing holds nobody up', async () => {
    const greedy = await WireClient.connect(collector.url, identity)
    greedy.socket.pause()
    const { enrolment } = collector.context
    const token = await enrolment.createToken({ name: 't', site: null, days: 1, maxUses: null, createdBy: 'test' })
    const other = await WireClient.connect(collector.url, await enrol(collector.url, token.secret))
    for (let batch = 1; batch <= 100; batch++) await other.deliver(batch, [vitals(`v${batch}`)])
    expect(other.frames.filter((f) => f.type === 'ack')).toHaveLength(100)
    greedy.socket.terminate()
  })
})
