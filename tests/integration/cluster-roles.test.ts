import { once } from 'node:events'
import { connect } from 'node:net'
import { type Brain, type Program, readConfig, startBrain, startEdge, startServe } from '@pumphandle/collector'
import { openStore } from '@pumphandle/collector/store'
import { AGENT_SOCKET_PATH, SUBPROTOCOL } from '@pumphandle/shared/wire'
import { sql } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { WebSocket } from 'ws'
import { hashSecret } from '../../packages/collector/src/model/secret.ts'
import { insertEnrolmentToken } from '../../packages/collector/src/store/enrolment.ts'
import { Member } from '../cluster/member.ts'
import { envOf } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { enrol, enrolByKey, type Identity, proofOf, WireClient } from '../support/wire-client.ts'

// The three roles in this process, over one PostgreSQL; tests/cluster kills them.

let database: TestDatabase
const running: Program[] = []

const configOf = (role: string) => readConfig({ ...envOf(database), PUMPHANDLE_ROLE: role })

async function start<T extends Program>(role: Promise<T>): Promise<T> {
  const started = await role
  running.push(started)
  return started
}
const brain = (): Promise<Brain> => start(startBrain(configOf('brain')))
const edge = (): Promise<Program> => start(startEdge(configOf('edge')))

beforeEach(async () => {
  database = await emptyDatabase('postgres', inject('pgUrl'))
})
afterEach(async () => {
  for (const role of running.splice(0).reverse()) await role.close()
  await database.drop()
})

async function enrolled({ active }: Brain, url: string, n: number): Promise<Identity[]> {
  const { enrolment } = await active
  const { secret } = await enrolment.createToken({ name: 't', site: 'A81001', days: 1, maxUses: null, createdBy: 't' })
  return Promise.all(Array.from({ length: n }, (_, i) => enrol(url, secret, { computerName: `PC-${i}` })))
}

const crash = (id: string) => ({ id, at: Date.now(), type: 'crash', kind: 'bugcheck', stopCode: '0x50' }) as const

test('machines enrol and connect through two edges; the brain knows what they did, in whichever they did it', async () => {
  const first = await brain()
  const one = await edge()
  const two = await edge()
  const { fleet, store } = await first.active
  await eventually(async () => expect((await fetch(`${one.url}/api/v1/docs`)).status).toBe(401))
  const [a, b] = (await enrolled(first, one.url, 2)) as [Identity, Identity]
  const onOne = await WireClient.connect(one.url, a)
  const onTwo = await WireClient.connect(two.url, b)
  await onOne.deliver(1, [crash('c1')])
  await onTwo.deliver(1, [crash('c2')])
  await eventually(() => {
    expect(fleet.connected).toBe(2)
    expect(fleet.byUid(a.machine)?.bugcheck?.stop).toBe('0x50')
    expect(fleet.byUid(b.machine)?.bugcheck?.stop).toBe('0x50')
  })
  // it comes to the other edge: the first one's word that it is gone counts for nothing
  const moved = await WireClient.connect(two.url, a)
  onOne.socket.terminate()
  await moved.deliver(1, [crash('c1'), crash('c3')])
  await eventually(async () => expect(await store.reader.selectFrom('event').selectAll().execute()).toHaveLength(3))
  expect(fleet.byUid(a.machine)?.connected).toBe(true)
  onTwo.send({ type: 'goodbye', sentAt: Date.now(), reason: 'sleep' })
  await eventually(() => expect(fleet.byUid(b.machine)?.state).toBe('sleeping'))
})

test('what a machine signed for one edge is worth nothing at another', async () => {
  const first = await brain()
  const [one, two] = [await edge(), await edge()]
  await eventually(async () => expect((await fetch(`${one.url}/api/v1/docs`)).status).toBe(401))
  const { enrolment } = await first.active
  const { secret } = await enrolment.createToken({ name: 't', site: 'A81001', days: 1, maxUses: null, createdBy: 't' })
  const machine = await enrolByKey(one.url, secret)
  const proof = async ({ url }: Program) => {
    const line = connect(Number(new URL(url).port), '127.0.0.1')
    await once(line, 'connect')
    const header = await proofOf(url, machine, line)
    line.destroy()
    return header
  }
  const knock = (url: string, authorization: string) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(url.replace('http', 'ws') + AGENT_SOCKET_PATH, SUBPROTOCOL, {
        headers: { authorization },
      })
      socket.on('error', () => undefined)
      socket.once('unexpected-response', (_, { statusCode = 0 }) => resolve(statusCode))
      socket.once('open', () => {
        socket.terminate()
        resolve(101)
      })
    })
  // a proxy may take its upgrade to another edge than its question
  const seen = await proof(one)
  expect([await knock(two.url, seen), await knock(one.url, seen), await knock(two.url, seen)]).toEqual([101, 401, 401])
  // at both in the same moment
  const again = await proof(two)
  const both = await Promise.all([knock(one.url, again), knock(two.url, again)])
  expect(both.toSorted((a, b) => a - b)).toEqual([101, 401])
})

test('events that come again are stored once, and the journal has no gap', async () => {
  const first = await brain()
  const one = await edge()
  const { store, follower } = await first.active
  await eventually(async () => expect((await fetch(`${one.url}/api/v1/docs`)).status).toBe(401))
  const [a] = (await enrolled(first, one.url, 1)) as [Identity]
  const vitals = (...ids: string[]) =>
    ids.map((id) => ({ id, at: Date.now(), type: 'vitals', uptimeSeconds: 1 }) as const)
  const client = await WireClient.connect(one.url, a)
  await client.deliver(1, vitals('v1', 'v2'))
  // as after a connection that broke before the ack came: all of them, then some
  await client.deliver(2, vitals('v1', 'v2'))
  await client.deliver(3, vitals('v2', 'v3', 'v3'))
  await client.deliver(4, [...vitals('v4'), crash('c1')])
  await client.deliver(5, vitals('v5'))
  const events = await store.reader.selectFrom('event').select('event_id').orderBy('seq').execute()
  expect(events.map((e) => e.event_id)).toEqual(['v1', 'v2', 'v3', 'v4', 'c1', 'v5'])
  const rows = await store.reader.selectFrom('journal').select(['n', 'body']).orderBy('n').execute()
  expect(rows.map(({ n }) => n)).toEqual(rows.map((_, i) => i + 1))
  const told = rows.flatMap(({ body }) => JSON.parse(body) as { t: string; news?: { event: { id: string } }[] }[])
  expect(told.flatMap(({ news = [] }) => news.map(({ event }) => event.id))).toEqual(events.map((e) => e.event_id))
  await eventually(() => expect(follower.events).toBe(6))
})

test('an edge that stands still in the middle of a transaction keeps nobody else from the database', async () => {
  const url = database.address
  const still = await openStore({ kind: 'postgres', url }, { as: 'edge' })
  const other = await openStore({ kind: 'postgres', url })
  const [held, goesOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const lock = sql`lock table machine in exclusive mode`
  const standing = still.transaction(async (tx) => {
    await lock.execute(tx)
    held.resolve()
    await goesOn.promise
    await lock.execute(tx)
  })
  const ended = standing.then(
    () => 'it went on',
    () => 'it was ended',
  )
  await held.promise
  // it would give up after five seconds
  await other.transaction((tx) => lock.execute(tx))
  goesOn.resolve()
  expect(await ended).toBe('it was ended')
  await Promise.all([still.close(), other.close()])
})

test('what waits at an edge that cannot store it is no silence, and is said', async () => {
  const first = await brain()
  const one = await edge()
  const context = await first.active
  await eventually(async () => expect((await fetch(`${one.url}/api/v1/docs`)).status).toBe(401))
  const [a] = (await enrolled(first, one.url, 1)) as [Identity]
  const client = await WireClient.connect(one.url, a)
  const isSaid = () => context.health().problems.some(({ code }) => code === 'edge-stuck')
  const other = new pg.Client({ connectionString: database.address })
  await other.connect()
  await other.query('begin')
  await other.query('lock table event in share row exclusive mode')
  const delivered = client.deliver(1, [crash('c1')])
  await eventually(() => expect(isSaid()).toBe(true))
  await other.query('rollback')
  await other.end()
  await delivered
  await eventually(() => expect(isSaid()).toBe(false))
})

test('a brain that ends is followed by one that stands by, which knows who is connected', async () => {
  const first = await brain()
  await first.active
  const second = await brain()
  const one = await edge()
  const serve = await start(startServe(configOf('serve')))
  await eventually(async () => expect((await fetch(`${serve.url}/readyz`)).status).toBe(200))
  const [a] = (await enrolled(first, serve.url, 1)) as [Identity]
  const client = await WireClient.connect(one.url, a)
  await eventually(async () => expect((await first.active).fleet.byUid(a.machine)?.connected).toBe(true))
  expect((await fetch(`${second.url}/livez`)).status).toBe(200)
  expect((await fetch(`${second.url}/api/v1/overview`)).status).toBe(503)
  running.splice(running.indexOf(first), 1)
  await first.close()
  const { fleet } = await second.active
  expect(fleet.byUid(a.machine)).toMatchObject({ connected: true, heardThisRun: true, state: 'healthy' })
  await client.deliver(1, [crash('c1')])
  await eventually(() => expect(fleet.byUid(a.machine)?.bugcheck?.stop).toBe('0x50'))
  await eventually(async () => expect((await fetch(`${serve.url}/api/v1/overview`)).status).toBe(401))
})

test.each(['killed', 'standing still'])(
  'a brain that is %s is followed by one that knows what it knew, and counts nothing twice',
  async (how) => {
    // in a process of its own, to be killed
    const first = await Member.start('brain', [database.address], {
      PUMPHANDLE_DATA: database.dataDir,
      PUMPHANDLE_DEMO: '1',
    })
    try {
      const one = await edge()
      await eventually(async () => expect((await fetch(`${one.url}/api/v1/overview`)).status).toBe(401))
      const second = await brain()
      // enrolment goes through the edge to the brain; its token is made as the console makes one
      const console = await openStore({ kind: 'postgres', url: database.address })
      const secret = 'a-token-of-the-console-for-this-test'
      await insertEnrolmentToken(console.db, {
        name: 't',
        token_hash: hashSecret(secret),
        site: 'A81001',
        created_at: Date.now(),
        created_by: 't',
        expires_at: Date.now() + 3_600_000,
        max_uses: null,
      })
      const identity = await enrol(one.url, secret)
      const client = await WireClient.connect(one.url, identity)
      await client.deliver(1, [crash('c1')])
      const state = async () =>
        (await console.reader.selectFrom('machine').select('state').executeTakeFirstOrThrow()).state
      // the first one has taken it: it judged the state
      await eventually(async () => expect(await state()).toBe('crashed'))
      const ended = how === 'killed' ? first.kill() : first.pause(15_000)
      const { fleet } = await second.active
      await client.deliver(2, [crash('c2')])
      expect(fleet.byUid(identity.machine)).toMatchObject({ connected: true, heardThisRun: true, state: 'crashed' })
      await ended
      const transitions = await console.reader.selectFrom('machine_transition').select('to_state').execute()
      expect(transitions.map((t) => t.to_state)).toEqual(['healthy', 'crashed'])
      const { term } = await console.reader.selectFrom('brain_term').select('term').executeTakeFirstOrThrow()
      expect(term).toBeGreaterThan(1)
      await console.close()
    } finally {
      await first.end('SIGKILL')
    }
  },
)

test('what a brain writes after another took over is refused', async () => {
  const first = await brain()
  const { store } = await first.active
  await store.transaction((tx) =>
    tx
      .updateTable('brain_term')
      .set((e) => ({ term: e('term', '+', 1) }))
      .execute(),
  )
  await expect(
    store.db.insertInto('setting').values({ key: 'k', value: '1', updated_at: 1, updated_by: 'a' }).execute(),
  ).rejects.toThrow('another brain has taken over')
  expect(await first.ended).toBe(1)
})
