import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Collector } from '@pumphandle/collector'
import type { Client } from '@pumphandle/shared/client'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

// The configurations of deploy/proxy in front of a real collector: agents' sockets, the page, and the live stream go through.

const has = (program: string): boolean => spawnSync(program, ['-h']).error === undefined
const recipe = (name: string): string => readFileSync(new URL(`../../deploy/proxy/${name}`, import.meta.url), 'utf8')

let dir: string
let database: TestDatabase
let collector: Collector
let secret: string
let token: string
let admin: Client
let proxy: ChildProcess | undefined

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pumphandle-proxy-'))
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  collector = await collectorOn(database, { PUMPHANDLE_TRUST_PROXY: '1' })
  admin = await firstAdmin(collector)
  token = (await admin.call('tokenAdd', { body: { name: 'proxy', scope: 'read' } })).secret
  const { enrolment } = collector.context
  secret = (await enrolment.createToken({ name: 'test', site: null, days: 1, maxUses: null, createdBy: 'test' })).secret
})
afterEach(async () => {
  const ended = new Promise((resolve) => proxy?.once('exit', resolve))
  proxy?.kill('SIGTERM')
  if (proxy?.exitCode === null) await ended
  proxy = undefined
})
afterAll(async () => {
  await collector.close()
  await database.drop()
  rmSync(dir, { recursive: true, force: true })
})

const ownPort = (): string => new URL(collector.url).port

/** What people and agents need of a proxy. */
async function expectThrough(url: string): Promise<void> {
  await eventually(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200))
  const identity = await enrol(url, secret, { site: 'A81001' })
  const client = await WireClient.connect(url, identity)
  const at = Date.now()
  client.send({ type: 'events', batch: 1, sentAt: at, events: [{ id: 'v1', at, type: 'vitals', uptimeSeconds: 1 }] })
  await client.frame('ack')
  expect(collector.context.fleet.byUid(identity.machine)?.connected).toBe(true)
  // the stream's first words come though it has not ended
  const stop = new AbortController()
  const live = await fetch(`${url}/api/v1/live`, { headers: { authorization: `Bearer ${token}` }, signal: stop.signal })
  expect(live.status).toBe(200)
  const first = await live.body?.getReader().read()
  expect(first?.done).toBe(false)
  stop.abort()
  // a cookie of the page is for TLS alone where the proxy ended it
  const refused = await fetch(`${url}/api/v1/overview`)
  expect(refused.status).toBe(401)
  await expectWhole(url)
  client.socket.terminate()
}

/** Long questions, odd names and the client's address arrive as they were sent. */
async function expectWhole(url: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` }
  // as long as a question may be, in letters of which each is six characters of an address
  const question = encodeURIComponent(`name:${'é'.repeat(1900)}`)
  expect((await fetch(`${url}/api/v1/machines?q=${question}`, { headers })).status).toBe(200)
  const named = await fetch(`${url}/api/v1/verdicts/${encodeURIComponent('driver:a%/b+c.config@1 x')}`, { headers })
  expect(await named.text()).toContain('No machine has been seen with driver:a%/b+c.config@1 x')
  const wrong = { email: `${new URL(url).port}@icb.example`, password: 'not this one' }
  await fetch(`${url}/api/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': '192.0.2.7' },
    body: JSON.stringify(wrong),
  })
  const { items } = await admin.call('audit', { query: { limit: 1 } })
  expect(items[0]).toMatchObject({ action: 'signInFailed', subject: wrong.email, detail: '127.0.0.1' })
}

test('a proxy’s idle connection is not ended under a request that is on its way', async () => {
  // nginx keeps one for a minute, Caddy for two, and neither sends a request of people's again
  const { headers } = await fetch(`${collector.url}/livez`)
  expect(Number(/timeout=(\d+)/.exec(headers.get('keep-alive') ?? '')?.[1])).toBeGreaterThan(120)
})

test('IIS is told to hand addresses on as they come', () => {
  const text = recipe('web.config')
  expect(text).toContain('url="http://127.0.0.1:8854{UNENCODED_URL}" appendQueryString="false"')
  expect(text).toContain('<rules useOriginalURLEncoding="false">')
})

test.skipIf(!has('nginx'))('nginx', async () => {
  const port = await freePort()
  const key = join(dir, 'key.pem')
  const cert = join(dir, 'cert.pem')
  const subject = ['-subj', '/CN=fleet.example', '-days', '2']
  execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject], {
    stdio: 'ignore',
  })
  const around = (site: string): string => {
    const file = join(dir, 'nginx.conf')
    writeFileSync(
      file,
      `daemon off; pid ${dir}/nginx.pid; error_log stderr; events {}
http { access_log off; client_body_temp_path ${dir}/body; proxy_temp_path ${dir}/proxy; fastcgi_temp_path ${dir}/f;
uwsgi_temp_path ${dir}/u; scgi_temp_path ${dir}/s;\n${site}\n}`,
    )
    return file
  }
  const own = recipe('nginx.conf')
    .replace('127.0.0.1:8854', `127.0.0.1:${ownPort()}`)
    .replace('listen 80;', `listen ${await freePort()};`)
  const withTls = own
    .replace('listen 443 ssl http2;', `listen ${port} ssl http2;`)
    .replace(/\/etc\/letsencrypt\/\S+fullchain\.pem/, cert)
    .replace(/\/etc\/letsencrypt\/\S+privkey\.pem/, key)
  const checked = spawnSync('nginx', ['-t', '-c', around(withTls)], { encoding: 'utf8' })
  expect(checked.stderr).toContain('test is successful')
  const plain = own.replace('listen 443 ssl http2;', `listen ${port};`).replaceAll(/^ *ssl_.*$/gm, '')
  proxy = spawn('nginx', ['-c', around(plain)], { stdio: 'ignore' })
  await expectThrough(`http://127.0.0.1:${port}`)
})

test.skipIf(!has('caddy'))('Caddy', async () => {
  const port = await freePort()
  const file = join(dir, 'Caddyfile')
  // its own administration's port may be taken by another; without a grace period it ends thirteen seconds after it is told to
  writeFileSync(file, `{\n\tadmin off\n\tgrace_period 1ms\n}\n${recipe('Caddyfile')}`)
  const env = {
    PATH: process.env['PATH'],
    HOME: dir,
    FLEET_HOST: `http://127.0.0.1:${port}`,
    UPSTREAM: `127.0.0.1:${ownPort()}`,
  }
  expect(spawnSync('caddy', ['adapt', '--config', file], { env }).status).toBe(0)
  proxy = spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', file], { env, stdio: 'ignore' })
  await expectThrough(`http://127.0.0.1:${port}`)
})
