import { PassThrough } from 'node:stream'
import { type Brain, type Context, type Program, readConfig, startBrain, startEdge } from '@pumphandle/collector'
import { openStore } from '@pumphandle/collector/store'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { createLogger } from '../../packages/collector/src/log/logger.ts'
import { readQuery } from '../../packages/collector/src/search/read-query.ts'
import { ensurePractice } from '../../packages/collector/src/store/practices.ts'
import { changeTags } from '../../packages/collector/src/store/tags.ts'
import { envOf } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

// A brain that stands by follows the active one, and is warm at its turn; tests/cluster has the kills.

let database: TestDatabase
const running: Program[] = []

const configOf = (role: string) => readConfig({ ...envOf(database), PUMPHANDLE_ROLE: role })

async function start<T extends Program>(role: Promise<T>): Promise<T> {
  const started = await role
  running.push(started)
  return started
}

/** A brain, and what it logs. */
async function brain(): Promise<{ brain: Brain; said: (message: string) => Record<string, unknown> | undefined }> {
  const lines: Record<string, unknown>[] = []
  const to = new PassThrough()
  to.on('data', (data: Buffer) => {
    for (const line of data.toString().trim().split('\n')) lines.push(JSON.parse(line) as Record<string, unknown>)
  })
  return {
    brain: await start(startBrain(configOf('brain'), { log: createLogger('info', to) })),
    said: (message) => lines.find(({ msg }) => String(msg).includes(message)),
  }
}

beforeEach(async () => {
  database = await emptyDatabase('postgres', inject('pgUrl'))
})
afterEach(async () => {
  for (const role of running.splice(0).reverse()) await role.close()
  await database.drop()
})

async function enrolled({ enrolment }: Context, url: string, name: string): Promise<Identity> {
  const { secret } = await enrolment.createToken({ name, site: 'A81001', days: 1, maxUses: null, createdBy: 't' })
  return enrol(url, secret, { computerName: name })
}

/** What the active brain stores says that it has read the whole journal. */
async function isStored({ store }: Context): Promise<void> {
  const rows = await store.reader
    .selectFrom('journal')
    .select((e) => ['edge', e.fn.max('n').as('n')])
    .groupBy('edge')
    .execute()
  const { positions } = await store.reader.selectFrom('brain').select('positions').executeTakeFirstOrThrow()
  expect(new Map(JSON.parse(positions) as [number, number][])).toEqual(
    new Map(rows.map((row) => [row.edge, Number(row.n)])),
  )
}

test('it knows at its turn what machines did, and what people did, while it stood by', async () => {
  const first = await brain()
  const active = await first.brain.active
  const edge = await start(startEdge(configOf('edge')))
  await eventually(async () => expect((await fetch(`${edge.url}/api/v1/overview`)).status).toBe(401))
  const before = await enrolled(active, edge.url, 'BEFORE')
  await active.detection.snapshot(Date.now())
  const second = await brain()
  await eventually(() => expect(second.said('follows the active brain')).toMatchObject({ machines: 1 }))

  const later = await enrolled(active, edge.url, 'LATER')
  const never = await enrolled(active, edge.url, 'NEVER-CONNECTED')
  const gone = await enrolled(active, edge.url, 'RETIRED')
  const clients = await Promise.all(
    [before, later].map((identity) => WireClient.connect(edge.url, identity, { computerName: 'BY-HELLO' })),
  )
  for (const client of clients)
    await client.deliver(
      1,
      Array.from({ length: 50 }, (_, i) => ({ id: `v-${i}`, at: Date.now(), type: 'vitals', uptimeSeconds: i })),
    )
  await clients[1]?.deliver(2, [{ id: 'c', at: Date.now(), type: 'crash', kind: 'bugcheck', stopCode: '0x50' }])
  const id = (identity: Identity) => active.fleet.byUid(identity.machine)?.id ?? 0
  await eventually(() => expect(active.fleet.byUid(gone.machine)).toBeDefined())
  const to = await active.store.transaction((tx) => ensurePractice(tx, 'B82002'))
  await active.retirement.move([id(before)], to)
  await active.enrolment.revoke({ machine: id(never) })
  await active.retirement.retire([id(gone)], 'Scrapped')
  await active.store.transaction((tx) =>
    changeTags(tx, {
      on: 'machine_id',
      ids: [id(later)],
      add: ['ring:pilot'],
      remove: [],
      from: 'person',
      by: 't',
      at: 1,
    }),
  )
  await active.settings.change({ alarmBudget: 7 }, 't', active.clock)
  await eventually(() => expect(active.fleet.byUid(later.machine)?.state).toBe('crashed'))
  await eventually(() => isStored(active))

  running.splice(running.indexOf(first.brain), 1)
  await first.brain.close()
  const { fleet, settings, detection, index } = await second.brain.active
  // of what the edges told nothing was left to be replayed
  expect(second.said('goes on from where another was')).toMatchObject({ events: 101, ofThemNew: 0 })
  expect(fleet.size).toBe(3)
  expect(fleet.byUid(before.machine)).toMatchObject({ connected: true, state: 'healthy', site: to.id })
  expect(fleet.byUid(later.machine)).toMatchObject({ connected: true, state: 'crashed', name: 'BY-HELLO' })
  expect(fleet.byUid(never.machine)?.revokedAt).toBeGreaterThan(0)
  expect(settings.current.alarmBudget).toBe(7)
  // what searches are answered from was made ready meanwhile
  const found = await index.search(readQuery('tag:ring:pilot state:crashed'))
  expect([...index.columns.idsOf(found)]).toEqual([id(later)])
  // the detector's numbers of facts are its own now, and the store's
  await detection.snapshot(Date.now())
  const facts = await (await second.brain.active).store.reader.selectFrom('fact').select('key').orderBy('id').execute()
  expect(facts.map(({ key }) => key)).toEqual(Array.from(facts, (_, i) => detection.facts.get(i).key))
  const transitions = await (await second.brain.active).store.reader
    .selectFrom('machine_transition')
    .select('to_state')
    .where('machine_id', '=', id(later))
    .orderBy('id')
    .execute()
  expect(transitions.map((t) => t.to_state)).toEqual(['healthy', 'crashed'])
})

test('it can write nothing before its turn, and everything from then on', async () => {
  const address = { kind: 'postgres', url: database.address } as const
  await (await openStore(address)).close()
  const store = await openStore(address, { as: 'reader' })
  const write = () =>
    store.transaction((tx) =>
      tx.insertInto('setting').values({ key: 'k', value: '1', updated_at: 1, updated_by: 'a' }).execute(),
    )
  await expect(write()).rejects.toThrow('read-only')
  const seen = store.reader.selectFrom('brain').select('holder').execute()
  store.become({ name: 'pumphandle brain test', term: 0 })
  expect(await seen).toEqual([{ holder: '' }])
  await store.tryAgain()
  await write()
  expect(await store.reader.selectFrom('setting').select('key').execute()).toEqual([{ key: 'k' }])
  await store.close()
})
