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
import { StillClock, tempStore } from '../../serve/support/temp-store.ts'

const START = Date.UTC(2024, 6, 19, 4, 9)
const none = { affected: 0, 'at-risk': 0, recovered: 0, relapsed: 0, missing: 0, cleared: 0 }
const incident = {
  id: 12,
  title: 'Falcon channel file 291 is crashing machines',
  sentence: '1,204 machines received it; 311 of them crashed.',
  cohorts: { ...none, affected: 311, 'at-risk': 893 },
  practices: 40,
} as IncidentRow

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
    address: 'https://fleet.example',
    incident: async (id) => (id === 12 ? incident : undefined),
  })
const channel = (kind: string, path = `/${kind}?key=secret`) =>
  insertChannel(store.db, { name: kind, kind, url: url + path, enabled: 1 })
async function happened(type: string): Promise<void> {
  const row = { incident_id: 12, at: clock.time, actor: 'collector', type, payload: '{}' }
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
  expect(by['ntfy']?.body).toContain('311 machines affected, 893 at risk')
})

test('what is worth a retry is tried again later, in order, and then not again', async () => {
  const { id } = await channel('webhook')
  answer = { status: 503, headers: { 'retry-after': '120' } }
  await happened('opened')
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
  const types = got.map((message) => (JSON.parse(message.body) as { type: string }).type)
  expect(types).toEqual(['opened', 'opened', 'resolved'])
  // whoever got the first one twice can tell
  const ids = got.map((message) => (JSON.parse(message.body) as { id: string }).id)
  expect(ids[0]).toBe(ids[1])
  expect(ids[2]).not.toBe(ids[1])
  expect(got.map((message) => message.headers['idempotency-key'])).toEqual(ids)
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

test('what happened before the first start, and before a channel was there, is not told', async () => {
  await happened('opened')
  await notifier.run()
  await channel('webhook')
  await notifier.run()
  expect(got).toEqual([])
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
    address: undefined,
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
