import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Collector } from '@pumphandle/collector'
import type { Client } from '@pumphandle/shared/client'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { firstAdmin } from '../support/signed-in.ts'

// What every answer is like, whoever asks and whatever for.

let database: TestDatabase
let collector: Collector
let admin: Client
beforeAll(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  collector = await collectorOn(database)
  admin = await firstAdmin(collector)
})
afterAll(async () => {
  await collector.close()
  await database.drop()
})

test('no address of a file leads out of the folder, or to another host', async () => {
  const { port } = new URL(collector.url)
  const ask = (path: string) =>
    new Promise<IncomingMessage>((resolve, reject) =>
      request({ host: '127.0.0.1', port, path, headers: { accept: 'text/html' } }, resolve)
        .once('error', reject)
        .end(),
    )
  for (const path of [
    '/../../../../etc/passwd',
    '/..%2f..%2fpackage.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/..\\..\\package.json',
    '//evil.example/%2e%2e',
    '/\\evil.example/%2e%2e',
    '/%5cevil.example/%2e%2e',
    '/assets',
    '/.git/config',
    '/%00',
  ]) {
    const answer = await ask(path)
    const body = await text(answer)
    // the page itself, or nothing; without the dashboard's files a sentence
    expect([path, answer.headers.location]).toEqual([path, undefined])
    expect(body).not.toMatch(/root:|"private"|\[core\]/)
  }
})

test('every kind of answer carries the headers that keep a browser safe, and none is for other sites', async () => {
  const { secret } = await admin.call('tokenAdd', { body: { name: 'headers', scope: 'admin' } })
  const headers = { authorization: `Bearer ${secret}`, origin: 'https://evil.example' }
  const paths = ['/', '/incidents', '/assets/none.js', '/livez', '/metrics', '/agent/v1/enrol', '/%00']
  const api = ['session', 'overview', 'machines.csv', 'openapi.json', 'docs', 'no-such-thing', 'incidents/1']
  for (const path of [...paths, ...api.map((name) => `/api/v1/${name}`)]) {
    const answer = await fetch(collector.url + path, { headers })
    await answer.body?.cancel()
    const said = (name: string) => answer.headers.get(name) ?? ''
    for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
      expect([path, said('content-security-policy')]).toEqual([path, expect.stringContaining(part)])
    expect([path, said('content-security-policy')]).not.toEqual([
      path,
      expect.stringMatching(/unsafe|object-src(?! 'none')/),
    ])
    expect([path, said('x-content-type-options'), said('referrer-policy')]).toEqual([path, 'nosniff', 'same-origin'])
    expect([...answer.headers.keys()].filter((name) => /^access-control|x-powered-by|^server$/.test(name))).toEqual([])
  }
  const preflight = await fetch(`${collector.url}/api/v1/tokens`, {
    method: 'OPTIONS',
    headers: { ...headers, 'access-control-request-method': 'POST' },
  })
  expect([...preflight.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
})

test('a request is traced by nobody, and has one end', async () => {
  const { port } = new URL(collector.url)
  const said = (lines: readonly string[]) =>
    new Promise<string>((resolve) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end(`${lines.join('\r\n')}\r\n\r\n`))
      let all = ''
      socket.on('data', (data: Buffer) => (all += data.toString('latin1')))
      socket.on('close', () => resolve(all))
    })
  const head = ['POST /api/v1/session HTTP/1.1', 'Host: x']
  const traced = await said(['TRACE / HTTP/1.1', 'Host: x', 'Cookie: secret=1', 'Connection: close'])
  expect(traced).toMatch(/^HTTP\/1\.1 4\d\d /)
  expect(traced).not.toContain('secret=1')
  for (const lengths of [
    ['Content-Length: 4', 'Transfer-Encoding: chunked'],
    ['Content-Length: 4', 'Content-Length: 5'],
    ['Transfer-Encoding: xchunked'],
    ['Transfer-Encoding: chunked, identity'],
    ['Content-Length: +4'],
    ['Content-Length : 4'],
  ]) {
    const answer = await said([...head, ...lengths, '', '0', '', 'GET /livez HTTP/1.1', 'Host: x', 'Connection: close'])
    expect([lengths, answer.slice(0, 12)]).toEqual([lengths, 'HTTP/1.1 400'])
    // what came behind it is no request of its own
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1)
  }
})

test('an answer has a number by which the log knows it', async () => {
  const { headers } = await fetch(`${collector.url}/api/v1/session`)
  expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
  expect(headers.get('content-type')).toContain('application/problem+json')
})
