import { statSync } from 'node:fs'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { type Client, createClient } from '@pumphandle/shared/client'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { hasOpenssl, makeCertificate } from '../support/agent-process.ts'
import { collectorOn, envOf } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { browserFetch, firstAdmin, PASSWORD, withToken } from '../support/signed-in.ts'

/** Live streams of one person or token. */
const STREAMS = 20

let database: TestDatabase
let collector: Collector
let admin: Client
beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  collector = await collectorOn(database)
  admin = await firstAdmin(collector)
})
afterEach(async () => {
  await collector.close()
  await database.drop()
})

/** The status that a call is refused with; 200 where it is not. */
const statusOf = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 200,
    (error: unknown) => (error as { problem: { status: number } }).problem.status,
  )

describe('one colleague', () => {
  test('takes so many live streams, and leaves the others theirs', async () => {
    const secrets = await Promise.all(
      ['greedy', 'other'].map(async (name) => (await admin.call('tokenAdd', { body: { name, scope: 'read' } })).secret),
    )
    const abort = new AbortController()
    const open = (secret: string | undefined) =>
      fetch(`${collector.url}/api/v1/live`, {
        headers: { authorization: `Bearer ${secret}` },
        signal: abort.signal,
      }).then((response) => response.status)
    const codes = await Promise.all(Array.from({ length: STREAMS + 1 }, () => open(secrets[0])))
    expect(codes.filter((code) => code === 200)).toHaveLength(STREAMS)
    expect(codes).toContain(503)
    expect(await open(secrets[1])).toBe(200)
    abort.abort()
  })

  test.each(['localhost', '127.0.0.1', '169.254.169.254', '::1', 'host name'])(
    'does not aim machines at %s',
    async (host) => {
      const probe = { name: 'x', kind: 'tcp' as const, host, port: 80, intervalSeconds: 60 }
      expect(await statusOf(admin.call('settingsChange', { body: { probes: [probe] } }))).toBe(400)
    },
  )
})

describe('passwords', () => {
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

  test('HSTS is sent behind a proxy that ends TLS, and not on plain HTTP', async () => {
    const header = 'strict-transport-security'
    expect((await fetch(`${collector.url}/api/v1/session`)).headers.has(header)).toBe(false)
    const other = await emptyDatabase('sqlite', inject('pgUrl'))
    const behind = await startCollector(readConfig({ ...envOf(other), PUMPHANDLE_TRUST_PROXY: '1' }))
    const answer = await fetch(`${behind.url}/api/v1/session`, { headers: { 'x-forwarded-proto': 'https' } })
    expect(answer.headers.get(header)).toMatch(/^max-age=\d{8}/)
    await behind.close()
    await other.drop()
  })

  test.skipIf(!hasOpenssl)('TLS without forward secrecy is not spoken', async () => {
    const other = await emptyDatabase('sqlite', inject('pgUrl'))
    const ca = makeCertificate(other.dataDir).cert
    const [PUMPHANDLE_TLS_CERT = '', PUMPHANDLE_TLS_KEY = ''] = ['cert.pem', 'key.pem'].map((f) =>
      join(other.dataDir, f),
    )
    const secure = await collectorOn(other, { PUMPHANDLE_TLS_CERT, PUMPHANDLE_TLS_KEY })
    const shake = (ciphers: string) =>
      new Promise<string>((resolve) => {
        const socket = connect({ port: Number(new URL(secure.url).port), ca, ciphers, maxVersion: 'TLSv1.2' })
        socket.once('secureConnect', () => resolve(socket.getCipher().name))
        socket.once('error', () => resolve('refused'))
        socket.once('close', () => resolve('refused'))
        socket.once('secureConnect', () => socket.destroy())
      })
    expect(await shake('AES128-GCM-SHA256:AES256-GCM-SHA384')).toBe('refused')
    expect(await shake('ECDHE-ECDSA-AES128-GCM-SHA256')).toBe('ECDHE-ECDSA-AES128-GCM-SHA256')
    await secure.close()
    await other.drop()
  })
})
