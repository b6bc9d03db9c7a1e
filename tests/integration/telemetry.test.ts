import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { readConfig, startProgram } from '@pumphandle/collector'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { envOf } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { read, sources } from '../support/sources.ts'

interface Value {
  readonly stringValue?: string
  readonly intValue?: number
}
interface Span {
  readonly name: string
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly attributes: { readonly key: string; readonly value: Value }[]
}
interface Line {
  readonly severityNumber: number
  readonly body: Value
}

let database: TestDatabase
let server: Server
let url: string
let statusOf: (path: string) => number
/** What came by its path, and how it was authorised. */
let got: { path: string; auth: string | undefined; body: unknown }[]

beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  got = []
  statusOf = () => 200
  server = createServer((req, res) => {
    void json(req).then((body) => {
      got.push({ path: req.url ?? '', auth: req.headers.authorization, body })
      res.writeHead(statusOf(req.url ?? ''), { 'content-type': 'application/json' }).end('{}')
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.close()
  await database.drop()
})

const start = (more: Record<string, string> = {}, to?: { write(line: string): void }) =>
  startProgram(readConfig({ ...envOf(database), PUMPHANDLE_LOG_LEVEL: 'info', PUMPHANDLE_OTLP_URL: url, ...more }), to)
const spans = () =>
  got
    .filter(({ path }) => path === '/v1/traces')
    .flatMap(({ body }) => (body as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
const lines = () =>
  got
    .filter(({ path }) => path === '/v1/logs')
    .flatMap(({ body }) => (body as { resourceLogs: { scopeLogs: { logRecords: Line[] }[] }[] }).resourceLogs)
    .flatMap(({ scopeLogs }) => scopeLogs.flatMap((scope) => scope.logRecords))

test('a request is a span of whoever asked, with the statements of the database in it, and the log goes out too', async () => {
  const program = await start({ PUMPHANDLE_OTLP_HEADERS: 'authorization=Bearer abc, x-org=icb' })
  const traceId = '0af7651916cd43dd8448eb211c80319c'
  const answer = await fetch(`${program.url}/api/v1/session/ways?refused=SECRET-PC`, {
    headers: { traceparent: `00-${traceId}-b7ad6b7169203331-01` },
  })
  const refused = await fetch(`${program.url}/api/v1/machines/SECRET-PC`, {
    headers: { authorization: 'Bearer pht_SECRET' },
  })
  expect([answer.status, refused.status]).toEqual([200, 401])
  await program.close()
  const served = spans()
  const [mine] = served.filter((span) => span.traceId === traceId && span.parentSpanId === 'b7ad6b7169203331')
  expect(mine?.name).toBe('GET /api/v1/session/ways')
  expect(mine?.attributes).toContainEqual({ key: 'http.response.status_code', value: { intValue: 200 } })
  const other = served.find(({ name }) => name === 'GET /api/v1/machines/{id}')
  const asked = served.filter((span) => span.parentSpanId === other?.spanId)
  expect(asked.map(({ name }) => name)).toContain('sqlite select')
  // what names a machine, or lets somebody in, is nowhere
  expect(JSON.stringify(got)).not.toContain('SECRET')
  expect(new Set(got.map(({ auth }) => auth))).toEqual(new Set(['Bearer abc']))
  expect(lines().map(({ body }) => body.stringValue)).toContain('collector listens')
  expect(lines().find(({ body }) => body.stringValue === 'collector listens')?.severityNumber).toBe(9)
})

test('a receiver that takes traces and refuses the log costs nothing but a line in it, and one when it takes it again', async () => {
  statusOf = (path) => (path === '/v1/logs' ? 404 : 200)
  const own: string[] = []
  const program = await start({}, { write: (line) => own.push(line) })
  const said = () => own.filter((line) => line.includes('taken'))
  const sent = (path: string) => got.filter((one) => one.path === path).length
  try {
    await eventually(async () => {
      // each is a span, and a line of the log
      await fetch(`${program.url}/api/v1/session/ways`, { method: 'POST' })
      expect(Math.min(sent('/v1/traces'), sent('/v1/logs'))).toBeGreaterThan(1)
    })
    expect(said()).toHaveLength(1)
    expect(said()[0]).toContain('logs are not taken by PUMPHANDLE_OTLP_URL')
    statusOf = () => 200
    await eventually(() => expect(said().at(-1)).toContain('logs are taken again'))
    expect(said()).toHaveLength(2)
    expect((await fetch(`${program.url}/readyz`)).status).toBe(200)
  } finally {
    await program.close()
  }
})

test('it is loaded where it is set, and nowhere else', () => {
  const naming = (what: RegExp) => sources('collector').filter((file) => what.test(read(file)))
  expect(naming(/from '@opentelemetry\//)).toEqual(['packages/collector/src/telemetry/otlp.ts'])
  expect(naming(/^import .*telemetry\/otlp/m)).toEqual([])
  expect(naming(/await import\('\.\.\/telemetry\/otlp\.ts'\)/)).toEqual(['packages/collector/src/compose/program.ts'])
})
