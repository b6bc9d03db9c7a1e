import { once } from 'node:events'
import { statSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { type Client, createClient } from '@pumphandle/shared/client'
import { AGENT_SOCKET_PATH, SUBPROTOCOL } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { WebSocket } from 'ws'
import { hasOpenssl, makeCertificate } from '../support/agent-process.ts'
import { collectorOverTls, envOf } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { browserFetch, firstAdmin, PASSWORD, statusOf, withToken } from '../support/signed-in.ts'

/** Live streams of one person or token. */
const STREAMS = 20
/** Of one person with all their tokens. */
const STREAMS_OF_PERSON = 60
/** Writes of one in a minute. */
const WRITES = 600

let database: TestDatabase
let collector: Collector
let admin: Client
beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  collector = await collectorOverTls(database)
  admin = await firstAdmin(collector)
})
afterEach(async () => {
  await collector.close()
  await database.drop()
})

describe('one colleague', () => {
  test('writes so much in a minute, and the others go on', async () => {
    const { secret } = await admin.call('tokenAdd', { body: { name: 'busy', scope: 'write' } })
    const headers = {
      authorization: `Bearer ${secret}`,
      'content-type': 'application/json',
      // a repeat counts as any other, and costs the test next to nothing
      'idempotency-key': 'the-same',
    }
    const body = JSON.stringify({ ids: ['none'], add: ['x:1'], remove: [] })
    const put = () =>
      fetch(`${collector.url}/api/v1/tags`, { method: 'POST', headers, body }).then(({ status }) => status)
    const codes: number[] = [await put()]
    // turns come back with time, of which a busy machine takes more
    while (codes.length < 2 * WRITES && codes.at(-1) !== 429)
      codes.push(...(await Promise.all(Array.from({ length: 50 }, put))).toSorted((a, b) => a - b))
    expect(codes.at(-1)).toBe(429)
    // of repeats at once one is carried out, and the others are told so
    expect(codes.filter((code) => ![200, 409, 429].includes(code))).toEqual([])
    expect(codes.filter((code) => code !== 429).length).toBeGreaterThanOrEqual(WRITES)
    expect(
      await statusOf(admin.call('runbookPut', { path: { id: 'x' }, body: { title: 'X', markdown: 'x', matches: [] } })),
    ).toBe(200)
  })

  /** Answers that nobody holds are collected as garbage, and their streams end with them. */
  let held: Response[] = []
  afterEach(() => {
    held = []
  })
  /** Opens so many streams by a token; they end with the signal. */
  const streams = (secret: string | undefined, many: number, { signal }: AbortController) =>
    Promise.all(
      Array.from({ length: many }, async () => {
        const headers = { authorization: `Bearer ${secret}` }
        const answer = await fetch(`${collector.url}/api/v1/live`, { headers, signal })
        held.push(answer)
        return answer.status
      }),
    )
  const newTokens = (of: Client, names: readonly string[]) =>
    Promise.all(names.map(async (name) => (await of.call('tokenAdd', { body: { name, scope: 'read' } })).secret))

  test('takes so many live streams, with all tokens together too, and leaves the others theirs', async () => {
    const { link } = await admin.call('invite', { body: { email: 'bob@example.nhs.uk', role: 'admin' } })
    const bob = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
    await bob.call('redeem', { body: { token: link.split('#')[1] ?? '', name: 'Bob', password: PASSWORD } })
    const abort = new AbortController()
    const all: number[] = []
    for (const secret of await newTokens(bob, ['a', 'b', 'c', 'd', 'e'])) {
      const codes = await streams(secret, STREAMS + 1, abort)
      expect(codes).toContain(503)
      all.push(...codes)
    }
    expect(all.filter((code) => code === 200)).toHaveLength(STREAMS_OF_PERSON)
    const [other] = await newTokens(admin, ['other'])
    expect(await streams(other, 1, abort)).toEqual([200])
    abort.abort()
  })

  test('has no stream left of what they may read no more, by their tokens neither', async () => {
    const { link } = await admin.call('invite', { body: { email: 'bob@example.nhs.uk', role: 'admin' } })
    const bob = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
    const { id } = await bob.call('redeem', {
      body: { token: link.split('#')[1] ?? '', name: 'Bob', password: PASSWORD },
    })
    const [secret] = await newTokens(bob, ['wall'])
    const stream = await fetch(`${collector.url}/api/v1/live`, { headers: { authorization: `Bearer ${secret}` } })
    await admin.call('userChange', { path: { id: String(id) }, body: { role: 'viewer' } })
    // it ends
    expect(await stream.text()).toContain('"type":"hello"')
  })

  test('sends no message to what only a computer’s own wire has', async () => {
    for (const url of [
      'http://169.254.169.254/latest/meta-data',
      'http://2852039166/',
      'http://[fe80::1]/',
      'http://[::ffff:169.254.1.1]/',
      'http://[64:ff9b::169.254.169.254]/',
      'http://[fd00:ec2::254]/',
      'syslog://169.254.169.254:514',
    ]) {
      const body = { name: 'x', kind: url.startsWith('syslog') ? ('syslog' as const) : ('webhook' as const), url }
      expect([url, await statusOf(admin.call('channelAdd', { body }))]).toEqual([url, 400])
    }
  })

  test('aims no machine at itself, however that is written', async () => {
    for (const host of [
      'localhost',
      'localhost.',
      'a.localhost',
      '127.0.0.1',
      '2130706433',
      '0x7f000001',
      '017700000001',
      '0',
      '::1',
      '::ffff:127.0.0.1',
      '[0:0:0:0:0:0:0:1]',
      '169.254.169.254',
      'host name',
    ]) {
      const probe = { name: 'x', kind: 'tcp' as const, host, port: 80, intervalSeconds: 60 }
      expect([host, await statusOf(admin.call('settingsChange', { body: { probes: [probe] } }))]).toEqual([host, 400])
    }
  })
})

describe('passwords', () => {
  test.each([
    'Password1234',
    'Passw0rd2024!',
    '1qaz2wsx3edc',
    'qwertyuiop123',
    'iloveyou12345',
    'unbelievable',
    'Pumphandle123!',
    'Surgery2026!',
    'nhs.uk nhs.uk',
    'password'.repeat(20),
  ])('%s is one that others try first', async (password) => {
    const { link } = await admin.call('invite', { body: { email: 'new@example.nhs.uk', role: 'viewer' } })
    const token = link.split('#')[1] ?? ''
    const easy = { problem: { status: 400, title: 'Password too easy' } }
    const redeem = (text: string) =>
      createClient({ url: collector.url }).call('redeem', { body: { token, name: 'New', password: text } })
    await expect(redeem(password)).rejects.toMatchObject(easy)
    await expect(redeem('new@example.nhs.uk')).rejects.toMatchObject(easy)
    await expect(admin.call('passwordChange', { body: { current: PASSWORD, password } })).rejects.toMatchObject(easy)
    // the link is as good as before; what is long, of any letters, is taken
    await redeem('ζέβρα 🦓 tea kettle orchid, 64 characters are not too many for this')
  })

  test('twelve spaces are none, nor are two letters', async () => {
    const { link } = await admin.call('invite', { body: { email: 'tom@example.nhs.uk', role: 'viewer' } })
    const token = link.split('#')[1] ?? ''
    const tom = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
    for (const password of [' '.repeat(12), 'abababababab', 'aaaa bbbb cccc'])
      expect(await statusOf(tom.call('redeem', { body: { token, name: 'Tom', password } }))).toBe(400)
  })

  test('a person changes their own, which ends their other sessions; a token cannot', async () => {
    const email = 'ada@example.nhs.uk'
    const elsewhere = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
    await elsewhere.call('signIn', { body: { email, password: PASSWORD } })
    const next = 'another good password'
    expect(await statusOf(admin.call('passwordChange', { body: { current: 'not it', password: next } }))).toBe(403)
    await admin.call('passwordChange', { body: { current: PASSWORD, password: next } })
    expect(await admin.call('me')).toMatchObject({ email })
    expect(await statusOf(elsewhere.call('me'))).toBe(401)
    expect(await statusOf(elsewhere.call('signIn', { body: { email, password: PASSWORD } }))).toBe(401)
    await elsewhere.call('signIn', { body: { email, password: next } })
    const token = await withToken(admin, collector.url, 'read')
    expect(await statusOf(token.call('passwordChange', { body: { current: next, password: PASSWORD } }))).toBe(403)
  })

  test('sign-ins that fail are in the audit log, with whom and from where, and no password', async () => {
    const stranger = createClient({ url: collector.url })
    const body = { email: 'ada@example.nhs.uk', password: 'guess-guess-guess' }
    expect(await statusOf(stranger.call('signIn', { body }))).toBe(401)
    const { items } = await admin.call('audit', { query: { limit: 1 } })
    expect(items[0]).toMatchObject({ action: 'signInFailed', actor: 'nobody', subject: body.email })
    expect(items[0]?.detail).toMatch(/127\.0\.0\.1|::1/)
    expect(JSON.stringify(items)).not.toContain(body.password)
  })
})

describe('the collector’s own house', () => {
  test.skipIf(process.platform === 'win32')('its database is for its user alone', () => {
    for (const end of ['', '-wal', '-shm'])
      expect(statSync(join(database.dataDir, `test.db${end}`)).mode & 0o077).toBe(0)
  })

  test('a browser keeps nothing of people and settings, and forgets the rest with the sign-out', async () => {
    const send = browserFetch(collector.url)
    const path = (name: string) => `${collector.url}/api/v1/${name}`
    const body = JSON.stringify({ email: 'ada@example.nhs.uk', password: PASSWORD })
    const json = { 'content-type': 'application/json' }
    await send(path('session'), { method: 'POST', headers: json, body })
    for (const name of [
      'session',
      'session/account',
      'session/sessions',
      'users',
      'tokens',
      'audit',
      'settings',
      'machines.csv',
    ])
      expect((await send(path(name))).headers.get('cache-control')).toBe('no-store')
    expect((await send(path('overview'))).headers.get('cache-control')).toBe('private, no-cache')
    const other = await emptyDatabase('sqlite', inject('pgUrl'))
    const behind = await startCollector(readConfig({ ...envOf(other), PUMPHANDLE_TRUST_PROXY: '1' }))
    const { secret } = { secret: behind.signInLink?.split('#')[1] ?? '' }
    const https = { 'x-forwarded-proto': 'https', origin: behind.url.replace('http:', 'https:'), ...json }
    const first = JSON.stringify({ token: secret, name: 'Ada', password: PASSWORD })
    const redeemed = await fetch(`${behind.url}/api/v1/session/redeem`, { method: 'POST', headers: https, body: first })
    const cookie = redeemed.headers.getSetCookie()[0]?.split(';')[0] ?? ''
    const out = await fetch(`${behind.url}/api/v1/session`, { method: 'DELETE', headers: { ...https, cookie } })
    expect([out.status, out.headers.get('clear-site-data')]).toEqual([200, '"cache", "storage"'])
    await behind.close()
    await other.drop()
  })

  test('a page in somebody’s browser does not open an agent’s socket', async () => {
    const socket = new WebSocket(collector.url.replace('http', 'ws') + AGENT_SOCKET_PATH, SUBPROTOCOL, {
      origin: collector.url,
    })
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
    expect(response.resume().statusCode).toBe(403)
  })

  test.skipIf(!hasOpenssl)('HSTS is sent where TLS ends, here or at a proxy, and not on plain HTTP', async () => {
    const hsts = async (url: string, headers: Record<string, string> = {}) =>
      (await fetch(`${url}/api/v1/session`, { headers })).headers.get('strict-transport-security')
    const everywhere = /^max-age=\d{8}; includeSubDomains$/
    const other = await emptyDatabase('sqlite', inject('pgUrl'))
    const behind = await startCollector(readConfig({ ...envOf(other), PUMPHANDLE_TRUST_PROXY: '1' }))
    expect(await hsts(behind.url)).toBeNull()
    expect(await hsts(behind.url, { 'x-forwarded-proto': 'https' })).toMatch(everywhere)
    expect(await hsts(collector.url)).toMatch(everywhere)
    for (const path of ['/livez', '/agent/v1/nonce', '/metrics'])
      expect((await fetch(collector.url + path)).headers.get('strict-transport-security')).toMatch(everywhere)
    await behind.close()
    await other.drop()
  })

  test('a page that came without TLS writes nothing where TLS is: anybody on its way may have written it', async () => {
    const other = await emptyDatabase('sqlite', inject('pgUrl'))
    const behind = await startCollector(readConfig({ ...envOf(other), PUMPHANDLE_TRUST_PROXY: '1' }))
    const signIn = (origin: string) =>
      fetch(`${behind.url}/api/v1/session`, {
        method: 'POST',
        headers: { 'x-forwarded-proto': 'https', 'content-type': 'application/json', origin },
        body: JSON.stringify({ email: 'ada@example.nhs.uk', password: PASSWORD }),
      }).then((response) => response.status)
    expect(await signIn(behind.url)).toBe(403)
    expect(await signIn(behind.url.replace('http:', 'https:'))).toBe(401)
    await behind.close()
    await other.drop()
  })

  test.skipIf(!hasOpenssl)('TLS without forward secrecy is not spoken, though the key would allow it', async () => {
    const other = await emptyDatabase('sqlite', inject('pgUrl'))
    const ca = makeCertificate(other.dataDir, { kind: 'rsa' }).cert
    const secure = await collectorOverTls(other)
    const shake = (ciphers: string) =>
      new Promise<string>((resolve) => {
        const socket = connect({ port: Number(new URL(secure.url).port), ca, ciphers, maxVersion: 'TLSv1.2' })
        socket.once('secureConnect', () => resolve(socket.getCipher().name))
        socket.once('error', () => resolve('refused'))
        socket.once('close', () => resolve('refused'))
        socket.once('secureConnect', () => socket.destroy())
      })
    expect(await shake('AES128-GCM-SHA256:AES256-GCM-SHA384')).toBe('refused')
    expect(await shake('ECDHE-RSA-AES128-GCM-SHA256')).toBe('ECDHE-RSA-AES128-GCM-SHA256')
    await secure.close()
    await other.drop()
  })
})
