import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Collector } from '@pumphandle/collector'
import type { Client } from '@pumphandle/shared/client'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { browserFetch, firstAdmin } from '../support/signed-in.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

let database: TestDatabase
let collector: Collector
let admin: Client
let token: string

beforeAll(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  collector = await collectorOn(database)
  admin = await firstAdmin(collector)
  token = (await admin.call('tokenAdd', { body: { name: 'Prometheus', scope: 'read' } })).secret
  const channel = { name: 'ntfy', kind: 'ntfy', url: 'http://127.0.0.1:9/x', enabled: true } as const
  await admin.call('channelAdd', { body: channel })
})
afterAll(async () => {
  await collector.close()
  await database.drop()
})

async function scrape(): Promise<string> {
  const response = await fetch(`${collector.url}/metrics`, { headers: { authorization: `Bearer ${token}` } })
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toContain('text/plain; version=0.0.4')
  return response.text()
}
/** The value of the one line that begins so. */
const value = (text: string, series: string): number =>
  Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${series} `))
      ?.slice(series.length),
  )

test('/metrics is for whoever may read, and for nobody else', async () => {
  expect((await fetch(`${collector.url}/metrics`)).status).toBe(401)
  const wrong = await browserFetch(collector.url)(`${collector.url}/metrics`, {
    headers: { authorization: 'Bearer pht_no' },
  })
  expect(wrong.status).toBe(401)
  await scrape()
})

test('figures of the fleet and of the store follow what happens', async () => {
  const { enrolment } = collector.context
  const secret = (await enrolment.createToken({ name: 'test', site: null, days: 1, maxUses: null, createdBy: 'test' }))
    .secret
  const identity = await enrol(collector.url, secret, { site: 'A81001' })
  const before = await scrape()
  expect(value(before, 'pumphandle_connections')).toBe(0)
  const client = await WireClient.connect(collector.url, identity)
  const at = Date.now()
  client.send({ type: 'events', batch: 1, sentAt: at, events: [{ id: 'v1', at, type: 'vitals', uptimeSeconds: 1 }] })
  await client.frame('ack')
  const after = await scrape()
  expect(value(after, 'pumphandle_connections')).toBe(1)
  expect(value(after, 'pumphandle_machines{state="healthy"}')).toBe(1)
  expect(value(after, 'pumphandle_events_stored_total')).toBe(value(before, 'pumphandle_events_stored_total') + 1)
  expect(value(after, 'pumphandle_commit_duration_seconds_count')).toBeGreaterThan(0)
  expect(value(after, 'pumphandle_agents{version="0.1.0"}')).toBe(1)
  expect(value(after, 'pumphandle_last_heard_timestamp_seconds')).toBeGreaterThanOrEqual(Math.floor(at / 1000))
  expect(value(after, 'pumphandle_database_size_bytes')).toBeGreaterThan(4096)
  expect(value(after, 'pumphandle_data_disk_free_bytes')).toBeGreaterThan(0)
  expect(value(after, 'pumphandle_channel_up{channel="ntfy",kind="ntfy"}')).toBe(1)
  client.socket.terminate()
})

test('requests are measured by route, and a machine is never named', async () => {
  const id = [...collector.context.fleet.machines()][0]?.uid ?? ''
  await admin.call('machine', { path: { id } })
  const text = await scrape()
  expect(value(text, 'pumphandle_http_request_duration_seconds_count{route="machine",method="GET",status="200"}')).toBe(
    1,
  )
  expect(text).not.toContain(id)
  expect(text).not.toContain('TEST-PC')
})

const deploy = new URL('../../deploy/', import.meta.url)
const read = (file: string): string => readFileSync(new URL(file, deploy), 'utf8')

test.each(['grafana/pumphandle.json', 'prometheus/pumphandle-alerts.yml', '../docs/operations/monitoring.md'])(
  '%s: every metric that it names is there',
  async (file) => {
    const there = new Set((await scrape()).split('\n').map((line) => /^(?:# TYPE )?([a-z_][a-z0-9_]*)/.exec(line)?.[1]))
    const named = new Set(read(file).match(/\b(?:pumphandle|process|nodejs)_[a-z0-9_]+/g))
    expect(named.size).toBeGreaterThan(8)
    expect([...named].filter((name) => !there.has(name))).toEqual([])
  },
)

test('the dashboard is one, and its panels have questions', () => {
  const { panels } = JSON.parse(read('grafana/pumphandle.json')) as {
    panels: { type: string; targets?: { expr: string }[] }[]
  }
  const asking = panels.filter(({ type }) => type !== 'row')
  expect(asking.length).toBeGreaterThan(15)
  expect(asking.every(({ targets }) => targets?.every(({ expr }) => expr.length > 0))).toBe(true)
})

test('blind.md says what to do for every alert', () => {
  const alerts = [...read('prometheus/pumphandle-alerts.yml').matchAll(/- alert: (\w+)/g)].map(([, name]) => name ?? '')
  const said = readFileSync(new URL('../docs/operations/blind.md', deploy), 'utf8')
  expect(alerts.length).toBeGreaterThan(8)
  expect(alerts.filter((alert) => !said.includes(alert))).toEqual([])
})

/** Prometheus's own checker, where it is installed. */
const promtool = (() => {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

test.skipIf(!promtool)('promtool takes the alert rules', () => {
  const said = execFileSync('promtool', [
    'check',
    'rules',
    new URL('prometheus/pumphandle-alerts.yml', deploy).pathname,
  ])
  expect(said.toString()).toContain('SUCCESS')
})

test.skipIf(!promtool)('each alert fires at the moment it is for, and not beside it', () => {
  const said = execFileSync('promtool', [
    'test',
    'rules',
    new URL('prometheus/pumphandle-alerts.test.yml', deploy).pathname,
  ])
  expect(said.toString()).toContain('SUCCESS')
})
