import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { IncidentRow } from '@pumphandle/shared/api'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Notifier } from '../../../src/jobs/notify/index.ts'
import { insertChannel } from '../../../src/store/channels.ts'
import type { Store } from '../../../src/store/index.ts'
import { insertRota } from '../../../src/store/rotas.ts'
import { StillClock, tempStore } from '../../serve/support/temp-store.ts'

const START = Date.UTC(2024, 6, 19, 4, 9)
const none = { affected: 0, 'at-risk': 0, recovered: 0, relapsed: 0, missing: 0, cleared: 0 }
const first = {
  id: 12,
  status: 'open',
  kind: 'component',
  cause: { key: 'content:falcon/291@a' },
  partner: null,
  openedAt: START,
  resolvedAt: null,
  title: 'Falcon channel file 291 is crashing machines',
  sentence: '1,204 machines received it; 311 of them crashed.',
  cohorts: { ...none, affected: 311, 'at-risk': 893 },
  practices: 40,
  stopped: 17,
} as IncidentRow

let incident: IncidentRow
let others: IncidentRow[]
let store: Store
let drop: () => Promise<void>
let clock: StillClock
let server: Server
let url: string
let got: { path: string; headers: IncomingHttpHeaders; body: string }[]
let answer: { status: number; headers?: Record<string, string> }
let notifier: Notifier

beforeEach(async () => {
  clock = new StillClock(START)
  incident = first
  others = []
  ;({ store, drop } = await tempStore())
  got = []
  answer = { status: 200 }
  server = createServer((req, res) => {
    void text(req).then((body) => {
      got.push({ path: req.url ?? '', headers: req.headers, body })
      res.writeHead(answer.status, answer.headers).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  notifier = make()
  await notifier.run()
})
afterEach(async () => {
  await notifier.close()
  server.close()
  await drop()
})

const make = (): Notifier =>
  new Notifier({
    store,
    clock,
    log: pino({ level: 'silent' }),
    channels: {
      open: ({ url, options }) => ({ url, secret: String((JSON.parse(options) as { secret?: string }).secret ?? '') }),
    },
    address: 'https://fleet.example',
    linkKey: async () => 'a key of the test',
    mayDelete: () => true,
    timeZone: () => 'Europe/London',
    active: () => [incident, ...others].filter(({ status }) => status !== 'resolved'),
    incident: async (id) => [incident, ...others].find((one) => one.id === id),
  })
const channel = (kind: string, options: object = { backMinutes: 0 }) =>
  insertChannel(store.db, {
    name: kind,
    kind,
    url: `${url}/${kind}?key=secret`,
    enabled: 1,
    options: JSON.stringify(options),
  })
const become = (status: IncidentRow['status'], affected = 311) => {
  const resolvedAt = status === 'resolved' ? clock.time : null
  incident = { ...incident, status, resolvedAt, practices: affected < 50 ? 4 : 40, cohorts: { ...none, affected } }
}
const bodies = () => got.map(({ body }) => JSON.parse(body) as { type: string; id: string; text: string })
const types = () => bodies().map(({ type }) => type)
async function rounds(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    clock.time += 60_000
    await notifier.run()
  }
}
async function happened(type: string, id = 12): Promise<void> {
  const row = { incident_id: id, at: clock.time, actor: 'collector', type, payload: '{}' }
  await store.db.insertInto('incident_history').values(row).execute()
}

test('one message for each channel in its own form, however often it is looked', async () => {
  for (const kind of ['webhook', 'teams', 'ntfy']) await channel(kind)
  await happened('opened')
  await happened('note')
  await Promise.all([notifier.run(), make().run()])
  await notifier.run()
  expect(got.map((message) => message.path.split('?')[0] ?? '').toSorted()).toEqual(['/ntfy', '/teams', '/webhook'])
  const by = Object.fromEntries(got.map((message) => [message.path.split('?')[0]?.slice(1), message]))
  expect(JSON.parse(by['webhook']?.body ?? '')).toMatchObject({
    type: 'opened',
    link: 'https://fleet.example/incidents/12',
    incident: { id: 12 },
  })
  expect(JSON.parse(by['teams']?.body ?? '')).toMatchObject({
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive' }],
  })
  expect(by['ntfy']?.headers).toMatchObject({ priority: '5', title: `New incident: ${incident.title}` })
  // what people ask for first comes first: a text message is cut
  expect(by['ntfy']?.body).toMatch(/^17 practices cannot work now\. 1,204 machines received it/)
  expect(by['ntfy']?.body).toContain('311 machines affected, 893 at risk')
})

test('what is worth a retry is tried again later, in order, and then not again', async () => {
  const { id } = await channel('webhook')
  answer = { status: 503, headers: { 'retry-after': '120' } }
  await happened('opened')
  become('resolved')
  await happened('resolved')
  await notifier.run()
  expect(got).toHaveLength(1)
  const [row] = await store.db.selectFrom('channel').selectAll().where('id', '=', id).execute()
  expect(row?.last_error).toBe(`${new URL(url).host} answered 503`)
  answer = { status: 200 }
  clock.time += 119_000
  await notifier.run()
  // "resolved" was due, and did not overtake
  expect(got).toHaveLength(1)
  clock.time += 2_000
  for (let round = 0; round < 3; round++) await notifier.run()
  expect(types()).toEqual(['opened', 'opened', 'resolved'])
  // whoever got the first one twice can tell
  const ids = bodies().map(({ id }) => id)
  expect(ids[0]).toBe(ids[1])
  expect(ids[2]).not.toBe(ids[1])
  expect(got.map((message) => message.headers['idempotency-key'])).toEqual(ids)
})

test('a channel that answers again within two hours is told, and later nothing is news', async () => {
  await channel('webhook')
  answer = { status: 503 }
  await happened('opened')
  await rounds(100)
  const tries = got.length
  answer = { status: 200 }
  await rounds(30)
  expect(got).toHaveLength(tries + 1)
  answer = { status: 503 }
  become('resolved')
  await happened('resolved')
  await rounds(130)
  expect(await store.db.selectFrom('notification').select('status').orderBy('id').execute()).toEqual([
    { status: 'sent' },
    { status: 'failed' },
  ])
})

test('what a person must mend is not tried again', async () => {
  await channel('webhook')
  answer = { status: 404 }
  await happened('opened')
  await notifier.run()
  clock.time += 60 * 60_000
  await notifier.run()
  expect(got).toHaveLength(1)
})

test('a channel of a kind that this version does not know fails alone', async () => {
  await channel('webhook')
  await channel('of a later version')
  await happened('opened')
  await notifier.run()
  expect(types()).toEqual(['opened'])
  const rows = await store.db.selectFrom('notification').select(['status']).orderBy('id').execute()
  expect(rows).toEqual([{ status: 'sent' }, { status: 'failed' }])
})

test('what happened before the first start, and before a channel was there, is not told', async () => {
  await happened('opened')
  clock.time += 1
  await notifier.close()
  notifier = make()
  await notifier.run()
  await channel('webhook')
  await notifier.run()
  expect(got).toEqual([])
})

test('an incident of the very first second, before the first look, is told', async () => {
  const own = await tempStore()
  await insertChannel(own.store.db, { name: 'w', kind: 'webhook', url, enabled: 1 })
  await store.db.deleteFrom('snapshot').execute()
  await channel('webhook')
  const fresh = make()
  // raised, and changed, before anybody looked
  await happened('opened')
  await happened('suspect-changed')
  for (let round = 0; round < 3; round++) await fresh.run()
  await fresh.close()
  await own.drop()
  expect(types()).toEqual(['opened', 'suspect-changed'])
})

test('raised, ten times larger, contained, resolved: each once, also across restarts', async () => {
  await channel('webhook', {})
  become('open', 4)
  await happened('opened')
  await rounds(2)
  become('open', 39)
  await rounds(2)
  expect(types()).toEqual(['opened'])
  become('open', 40)
  await notifier.close()
  notifier = make()
  await rounds(2)
  become('open', 399)
  await rounds(2)
  become('contained', 399)
  await happened('contained')
  await rounds(4)
  expect(types()).toEqual(['opened', 'grown'])
  await notifier.close()
  notifier = make()
  await rounds(2)
  expect(types()).toEqual(['opened', 'grown', 'contained'])
  become('resolved', 399)
  await happened('resolved')
  await rounds(10)
  await make().run()
  expect(types()).toEqual(['opened', 'grown', 'contained', 'resolved'])
  expect(new Set(bodies().map(({ id }) => id)).size).toBe(4)
})

test('an incident that flaps rings neither each time it goes nor each time it comes', async () => {
  await channel('webhook', { downMinutes: 2, backMinutes: 10 })
  become('open', 4)
  await happened('opened')
  await rounds(3)
  for (let turn = 0; turn < 6; turn++) {
    become('contained', 4)
    await happened('contained')
    await rounds(5)
    become('open', 4)
    await happened('reopened')
    await rounds(5)
  }
  expect(types()).toEqual(['opened'])
  // slower, so that each is news: three beginnings a day, and the third says that it is the last
  for (let turn = 0; turn < 6; turn++) {
    become('contained', 4)
    await happened('contained')
    await rounds(12)
    become('open', 4)
    await happened('reopened')
    await rounds(5)
  }
  expect(types()).toEqual(['opened', 'contained', 'reopened', 'contained', 'reopened', 'contained'])
  expect(bodies()[4]?.text).toContain('It comes and goes')
})

test('one that comes again as a new incident is one alert', async () => {
  await channel('pagerduty', { backMinutes: 5 })
  const events = () => got.map(({ body }) => JSON.parse(body) as { event_action: string; dedup_key: string })
  await happened('opened')
  await notifier.run()
  become('resolved')
  await happened('resolved')
  await rounds(2)
  others = [{ ...first, id: 13, openedAt: clock.time }]
  await happened('opened', 13)
  await rounds(10)
  expect(events()).toHaveLength(1)
  others = [{ ...first, id: 13, status: 'resolved', resolvedAt: clock.time }]
  await happened('resolved', 13)
  await rounds(6)
  expect(events().map(({ event_action }) => event_action)).toEqual(['trigger', 'resolve'])
  expect(new Set(events().map(({ dedup_key }) => dedup_key)).size).toBe(1)
})

test('what is small comes once a day in one message; nothing comes of nothing', async () => {
  await channel('webhook', { digest: '08:00' })
  become('open', 4)
  others = [{ ...incident, id: 13, title: 'Another', cause: null, kind: 'clinical-system' }]
  await happened('opened')
  await happened('opened', 13)
  // 04:09 UTC is 05:09 in London
  await rounds(170)
  expect(got).toEqual([])
  await rounds(2)
  await notifier.close()
  notifier = make()
  await rounds(5)
  expect(types()).toEqual(['digest'])
  expect(bodies()[0]?.text).toContain('Another')
  expect(bodies()[0]?.text).toContain(incident.title)
  await rounds(24 * 60)
  expect(types()).toEqual(['digest'])
  // one of the worst does not wait
  become('open', 60)
  await happened('suspect-changed')
  await rounds(1)
  expect(types()).toEqual(['digest', 'suspect-changed'])
})

test('by a rota: who is on call at once, the next after a while unless somebody has it', async () => {
  const [alice, bob, desk] = [await channel('webhook', {}), await channel('ntfy', {}), await channel('slack', {})]
  const night = { days: [0, 1, 2, 3, 4, 5, 6], from: '18:00', until: '08:00', channels: [alice.id, bob.id] }
  const day = { days: [1, 2, 3, 4, 5], from: '08:00', until: '18:00', channels: [desk.id] }
  const rota = { shifts: [night, day], exceptions: [], nextAfterMinutes: 10, turnsFrom: '2024-07-15' }
  await insertRota(store.db, { name: 'Desk', body: JSON.stringify(rota), updated_at: START, updated_by: 'x' })
  const paths = () => got.map(({ path }) => path.split('?')[0])
  await happened('opened')
  await rounds(9)
  expect(paths()).toEqual(['/webhook'])
  await notifier.close()
  notifier = make()
  await rounds(2)
  expect(paths()).toEqual(['/webhook', '/ntfy'])
  become('acknowledged')
  await rounds(30)
  // of the end they hear who heard of it
  become('resolved')
  await happened('resolved')
  await rounds(6)
  expect(paths()).toEqual(['/webhook', '/ntfy', '/webhook', '/ntfy'])
})

test('where whoever is on call is switched off and nobody comes after, the whole rota is told: too many is better than none', async () => {
  const [alice, bob] = [await channel('webhook', {}), await channel('ntfy', {})]
  const always = { days: [0, 1, 2, 3, 4, 5, 6], from: '08:00', until: '08:00', channels: [alice.id, bob.id] }
  const rota = { shifts: [always], exceptions: [], nextAfterMinutes: 0, turnsFrom: '2024-07-15' }
  await insertRota(store.db, { name: 'Desk', body: JSON.stringify(rota), updated_at: START, updated_by: 'x' })
  await store.db.updateTable('channel').set({ enabled: 0 }).where('id', '=', alice.id).execute()
  await happened('opened')
  await rounds(1)
  expect(got.map(({ path }) => path.split('?')[0])).toEqual(['/ntfy'])
})

test('a message whose sender was killed is sent by the next', async () => {
  await channel('webhook')
  await happened('opened')
  await notifier.run()
  await store.db
    .updateTable('notification')
    .set({ status: 'sending', next_at: clock.time + 60_000 })
    .execute()
  // it may be sending in this very moment
  await make().run()
  expect(got).toHaveLength(1)
  clock.time += 2_000
  await make().run()
  expect(got).toHaveLength(2)
})

test('where nobody knows the collector’s address no message links anywhere, and each says how to set it', async () => {
  await notifier.close()
  notifier = new Notifier({
    store,
    clock,
    log: pino({ level: 'silent' }),
    channels: {
      open: ({ url, options }) => ({ url, secret: String((JSON.parse(options) as { secret?: string }).secret ?? '') }),
    },
    address: undefined,
    linkKey: async () => 'a key of the test',
    mayDelete: () => true,
    timeZone: () => 'UTC',
    active: () => [],
    incident: async () => incident,
  })
  for (const kind of ['webhook', 'teams', 'ntfy']) await channel(kind)
  await happened('opened')
  await notifier.run()
  await notifier.run()
  expect(got).toHaveLength(3)
  for (const { body, headers } of got) {
    expect(body).toContain('PUMPHANDLE_PUBLIC_URL')
    expect(body).not.toMatch(/https?:\/\/(?!adaptivecards)/)
    expect(headers['click']).toBeUndefined()
  }
})
