import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { type Access, type RouteName, routes } from '@pumphandle/shared/api'
import { ApiProblem, type Client, createClient, PATHS } from '@pumphandle/shared/client'
import { AGENT_SOCKET_PATH, SUBPROTOCOL } from '@pumphandle/shared/wire'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { MAX_UNAUTHORISED_PER_MINUTE } from '../../packages/collector/src/gateway/limits.ts'
import { browserFetch, firstAdmin, PASSWORD, withToken } from '../support/signed-in.ts'

let dir: string
let collector: Collector
let admin: Client

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'pumphandle-api-'))
  collector = await startCollector(
    readConfig({ PUMPHANDLE_PORT: '0', PUMPHANDLE_DATA: dir, PUMPHANDLE_LOG_LEVEL: 'silent' }),
  )
  admin = await firstAdmin(collector)
})
afterAll(async () => {
  await collector.close()
  rmSync(dir, { recursive: true, force: true })
})

/** A request to a route with made-up values in its path, and nothing else right. */
async function knock(name: RouteName, headers: Record<string, string>): Promise<number> {
  const [method = '', path = ''] = PATHS[name].split(' ')
  const response = await fetch(`${collector.url}/api/v1${path.replace(/\{\w+\}/g, '999999')}`, { method, headers })
  await response.body?.cancel()
  return response.status
}

/**
 * Who may call what, written by hand: the routes' own table cannot be its own witness. A new route has to be written here.
 */
const EXPECTED: Record<Access, string> = {
  public:
    'acknowledgeByLink here hereReport redeem signIn signInWays organisationBegin organisationEnd organisationLeft organisationReturn',
  viewer: `adoption assetRegister changed commons commonsReport components coverage coverageCsv coverageMachines evidencePack explainQuery feedback fleetSeries health incident
    incidentForecast incidentPicture incidentReport incidentReportMarkdown incidentSeries incidents live machine machineCrashes machines machinesCsv machinesNdjson
    maintenances me overview passwordChange practice practiceReports practices preferenceSet preferences recovery retiredMachines
    runbooks savedQueries savedQueryFollow sensors signOut suggestQuery tags tiles timeline trends verdict verdicts
    account totpBegin totpConfirm passkeyBegin passkeyAdd factorRemove recoveryCodes sessions sessionEnd`,
  technician:
    'acknowledge feedbackGive hold machinesRetire machinesReturn mark merge note owner reopen resolve savedQueryAdd savedQueryDelete tagsChange',
  admin: `audit auditNdjson auditSyslog channelAdd channelChange channelDelete channelPreview channelTest channels rotas rotaAdd rotaChange rotaDelete coverageImport enrolmentTokenAdd enrolmentTokenRevoke
    enrolmentTokenRevokeMachines enrolmentTokens invite machineReinstate machineRevoke machinesDelete machinesMove
    maintenanceAdd maintenanceDelete practiceCard practiceCardRenew practiceChange practiceRevokeMachines practiceVouch practicesImport
    runbookDelete runbookPut settings settingsChange tokenAdd tokenDelete tokens userChange users
    userFactorsReset userSignOut`,
}

test('each route needs the role that is written here', () => {
  const found = Map.groupBy(Object.entries(routes), ([, { access }]) => access as Access)
  for (const [access, names] of Object.entries(EXPECTED) as [Access, string][])
    expect((found.get(access) ?? []).map(([name]) => name).toSorted()).toEqual(names.split(/\s+/).toSorted())
})

const all = Object.entries(routes) as [RouteName, { access: Access; signsIn?: true }][]
const guarded = all.filter(([, { access }]) => access !== 'public')

describe('every route is behind its door', () => {
  test.each(guarded.map(([name]) => name))('%s: 401 without credentials, or with wrong ones', async (name) => {
    expect(await knock(name, {})).toBe(401)
    expect(await knock(name, { authorization: 'Bearer pht_wrong' })).toBe(401)
    expect(await knock(name, { cookie: 'pumphandle=wrong' })).toBe(401)
  })

  test('403 for each role below the one that a route needs, and no refusal for access from it on', async () => {
    const roles = ['viewer', 'technician', 'admin'] as const
    const secrets = await Promise.all(
      (['read', 'write', 'admin'] as const).map(async (scope) => {
        const { secret } = await admin.call('tokenAdd', { body: { name: `knock ${scope}`, scope } })
        return secret
      }),
    )
    const wrong: string[] = []
    for (const [name, { access, signsIn }] of guarded)
      for (const [i, secret] of secrets.entries()) {
        if (name === 'live') continue
        // what is wrong there counts as guessing, of which an address has twenty
        if (signsIn && i > roles.indexOf(access as 'viewer')) continue
        const status = await knock(name, { authorization: `Bearer ${secret}` })
        const allowed = i >= roles.indexOf(access as 'viewer')
        if (allowed ? status === 401 || status === 403 || status >= 500 : status !== 403)
          wrong.push(`${name} as ${roles[i] ?? ''}: ${status}`)
      }
    expect(wrong).toEqual([])
  })

  test('the description of the API is behind it too, and unknown addresses tell nothing to strangers', async () => {
    for (const path of ['openapi.json', 'docs', 'docs.css', 'no-such-thing'])
      expect((await fetch(`${collector.url}/api/v1/${path}`)).status).toBe(401)
  })
})

describe('sessions', () => {
  test('a link works once, and a wrong password is told in the same words as an unknown address', async () => {
    const token = collector.signInLink?.split('#')[1] ?? ''
    const again = admin.call('redeem', { body: { token, name: 'Eve', password: PASSWORD } })
    await expect(again).rejects.toMatchObject({ problem: { status: 410 } })
    const stranger = createClient({ url: collector.url })
    const tell = (email: string) =>
      stranger
        .call('signIn', { body: { email, password: 'not the password' } })
        .catch((e: unknown) => (e as ApiProblem).problem)
    const [known, unknown] = [await tell('ada@example.nhs.uk'), await tell('nobody@example.nhs.uk')]
    expect(known).toMatchObject({ status: 401 })
    expect({ ...known, instance: '' }).toEqual({ ...unknown, instance: '' })
  })

  test('the cookie is for this host, not for scripts and not for other sites', async () => {
    const response = await fetch(`${collector.url}/api/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: collector.url },
      body: JSON.stringify({ email: 'ADA@example.nhs.uk', password: PASSWORD }),
    })
    expect(response.status).toBe(200)
    expect(response.headers.getSetCookie()[0]).toMatch(
      /^pumphandle=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Strict$/,
    )
  })

  test('a write from another site is refused though the cookie is right', async () => {
    const own = browserFetch(collector.url)
    const me = createClient({ url: collector.url, fetch: own })
    await me.call('signIn', { body: { email: 'ada@example.nhs.uk', password: PASSWORD } })
    expect(await me.call('me')).toMatchObject({ name: 'Ada', role: 'admin' })
    const foreign: typeof fetch = (input, init) =>
      own(input, { ...init, headers: { ...(init?.headers as Record<string, string>), 'sec-fetch-site': 'cross-site' } })
    const attack = createClient({ url: collector.url, fetch: foreign }).call('tokenAdd', {
      body: { name: 'x', scope: 'admin' },
    })
    await expect(attack).rejects.toMatchObject({ problem: { status: 403, title: 'Foreign origin' } })
    await me.call('signOut')
    await expect(me.call('me')).rejects.toMatchObject({ problem: { status: 401 } })
  })

  test('inviting, another role, and the last admin', async () => {
    const { link } = await admin.call('invite', { body: { email: 'Tom@example.nhs.uk', role: 'technician' } })
    const tom = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
    await tom.call('redeem', { body: { token: link.split('#')[1] ?? '', name: 'Tom', password: PASSWORD } })
    expect(await tom.call('me')).toMatchObject({ role: 'technician', email: 'tom@example.nhs.uk' })
    await expect(tom.call('users')).rejects.toMatchObject({ problem: { status: 403 } })
    const users = (await admin.call('users')).items
    const id = (email: string): number => users.find((user) => user.email === email)?.id ?? 0
    await admin.call('userChange', { path: { id: id('tom@example.nhs.uk') }, body: { disabled: true } })
    await expect(tom.call('me')).rejects.toMatchObject({ problem: { status: 401 } })
    const demote = admin.call('userChange', { path: { id: id('ada@example.nhs.uk') }, body: { role: 'viewer' } })
    await expect(demote).rejects.toMatchObject({ problem: { status: 409, title: 'Last admin' } })
  })
})

describe('writes', () => {
  test('each leaves a line in the audit log, without secrets', async () => {
    const { secret } = await admin.call('tokenAdd', { body: { name: 'for the log', scope: 'read' } })
    const { items } = await admin.call('audit', { query: { limit: 1 } })
    expect(items[0]).toMatchObject({ actor: 'Ada <ada@example.nhs.uk>', action: 'tokenAdd', subject: 'for the log' })
    const log = JSON.stringify((await admin.call('audit', { query: { limit: 500 } })).items)
    expect(log).not.toContain(secret)
    expect(log).not.toContain(PASSWORD)
  })

  test('a repeat with the same key does nothing again, and a secret is shown once', async () => {
    const put = { path: { id: 'twice' }, body: { title: 'Twice', markdown: '# x', matches: [] }, idempotencyKey: 'k-1' }
    const first = await admin.call('runbookPut', put)
    expect(await admin.call('runbookPut', put)).toEqual(first)
    const entries = (await admin.call('audit', { query: { limit: 500 } })).items
    expect(entries.filter((entry) => entry.action === 'runbookPut')).toHaveLength(1)
    const other = admin.call('runbookPut', { ...put, body: { ...put.body, title: 'Other' } })
    await expect(other).rejects.toMatchObject({ problem: { status: 422 } })
    const token = { body: { name: 'once', scope: 'read' as const }, idempotencyKey: 'k-2' }
    await admin.call('tokenAdd', token)
    await expect(admin.call('tokenAdd', token)).rejects.toMatchObject({
      problem: { status: 409, title: 'Already done' },
    })
  })

  test('what is wrong with a body is told by field, and JSON only', async () => {
    const wrong = admin.call('tokenAdd', { body: { name: '', scope: 'read', days: 999 } })
    await expect(wrong).rejects.toMatchObject({
      problem: { status: 400, errors: [{ path: 'body.name' }, { path: 'body.days' }] },
    })
    const writer = await withToken(admin, collector.url, 'admin')
    const text = writer.call('runbookPut', { path: { id: 'x' }, text: 'a,b' } as never)
    await expect(text).rejects.toMatchObject({ problem: { status: 415 } })
  })
})

test('a body sets what its route names, and nothing else', async () => {
  const { link } = await admin.call('invite', { body: { email: 'mass@example.nhs.uk', role: 'viewer' } })
  const client = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
  const more = { role: 'admin', places: null, disabled: 1, id: 1, user_id: 1, __proto__: { role: 'admin' } }
  const redeem = { token: link.split('#')[1] ?? '', name: 'Mass', password: PASSWORD, ...more }
  await client.call('redeem', { body: redeem })
  expect(await client.call('me')).toMatchObject({ role: 'viewer', name: 'Mass' })
  await client
    .call('preferenceSet', { path: { key: 'x' }, body: { value: 1, ...more } } as never)
    .catch(() => undefined)
  const body = JSON.stringify({ name: 'polluted', scope: 'read' }).replace(
    '{',
    '{"__proto__":{"scope":"admin"},"constructor":{"prototype":{"role":"admin"}},',
  )
  const { secret } = await admin.call('tokenAdd', { body: { name: 'own', scope: 'admin' } })
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
  const made = await fetch(`${collector.url}/api/v1/tokens`, { method: 'POST', headers, body })
  expect(made.status).toBe(200)
  expect((await admin.call('tokens')).items.find(({ name }) => name === 'polluted')).toMatchObject({ scope: 'read' })
  expect(await client.call('me')).toMatchObject({ role: 'viewer' })
  // of a parameter that is said twice neither counts
  expect((await fetch(`${collector.url}/api/v1/machines?q=a&q=b`, { headers })).status).toBe(400)
})

describe('every refusal is a problem document', () => {
  const ask = async (path: string, init: RequestInit = {}) => {
    const { secret } = await admin.call('tokenAdd', { body: { name: 'problems', scope: 'admin' } })
    const response = await fetch(collector.url + path, {
      ...init,
      headers: { authorization: `Bearer ${secret}`, ...(init.headers as Record<string, string>) },
    })
    const media = response.headers.get('content-type')
    const problem = (await response.json()) as { status: number; title: string; detail: string }
    return { allow: response.headers.get('allow'), media, code: response.status, ...problem }
  }
  const json = { 'content-type': 'application/json' }

  test.each([
    ['an address of the API that is none', '/api/v1/nothing', {}, 404],
    ['an address outside the API', '/agent/v1/nothing', {}, 404],
    ['a write to a page', '/incidents', { method: 'POST' }, 404],
    ['an id that is broken', '/api/v1/machines/%E0%A4%A', {}, 400],
    ['a body that is no JSON', '/api/v1/tokens', { method: 'POST', headers: json, body: '{' }, 400],
    ['a body that is too large', '/api/v1/tokens', { method: 'POST', headers: json, body: 'x'.repeat(600_000) }, 413],
    ['a body of another kind', '/api/v1/tokens', { method: 'POST', body: 'a' }, 415],
    ['an enrolment of another kind', '/agent/v1/enrol', { method: 'POST', headers: json, body: '{' }, 400],
    [
      'an enrolment that is too large',
      '/agent/v1/enrol',
      { method: 'POST', headers: json, body: '"'.repeat(20_000) },
      413,
    ],
  ] as const)('%s', async (_, path, init, status) => {
    const { media, code, ...problem } = await ask(path, init)
    expect({ media, code, status: problem.status }).toEqual({
      media: 'application/problem+json; charset=utf-8',
      code: status,
      status,
    })
    expect(problem.detail).toMatch(/\.$/)
    // nothing of how it is made
    expect(JSON.stringify(problem)).not.toMatch(/\bat .*:\d+|node_modules|\.[jt]s\b|SQLITE|select /i)
  })

  test.each(['DELETE', 'PUT', 'OPTIONS', 'PATCH'])('a method that an address does not take: %s', async (method) => {
    expect(await ask('/api/v1/incidents/1', { method })).toMatchObject({ code: 405, status: 405, allow: 'GET, HEAD' })
    expect((await fetch(`${collector.url}/api/v1/incidents/1`, { method })).status).toBe(401)
  })
})

describe('guessing', () => {
  test('too many failed sign-ins from one address have to wait, and so has the right password', async () => {
    const stranger = createClient({ url: collector.url })
    const guess = (password: string) =>
      stranger
        .call('signIn', { body: { email: 'ada@example.nhs.uk', password } })
        .catch((e: unknown) => e as ApiProblem)
    let last: unknown
    for (let i = 0; i < 25; i++) last = await guess(`guess ${i}`)
    expect(last).toMatchObject({ problem: { status: 429, title: 'Too many attempts' } })
    expect(await guess(PASSWORD)).toMatchObject({ problem: { status: 429 } })
    // who is signed in already notices nothing
    expect(await admin.call('me')).toMatchObject({ name: 'Ada' })
  })
})

describe('behind a proxy that ends TLS', () => {
  test('the cookie is for https only and for this host only', async () => {
    const proxied = await startCollector(
      readConfig({
        PUMPHANDLE_PORT: '0',
        PUMPHANDLE_DATA: join(dir, 'proxied'),
        PUMPHANDLE_LOG_LEVEL: 'silent',
        PUMPHANDLE_TRUST_PROXY: '1',
        PUMPHANDLE_PUBLIC_URL: 'https://fleet.example',
      }),
    )
    try {
      expect(proxied.signInLink).toMatch(/^https:\/\/fleet\.example\/welcome#/)
      const token = proxied.signInLink?.split('#')[1] ?? ''
      const redeem = (origin: string) =>
        fetch(`${proxied.url}/api/v1/session/redeem`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-forwarded-proto': 'https', origin },
          body: JSON.stringify({ token, name: 'Ada', password: PASSWORD }),
        })
      expect((await redeem('https://evil.example')).status).toBe(403)
      const response = await redeem('https://fleet.example')
      expect(response.headers.getSetCookie()[0]).toMatch(
        /^__Host-pumphandle=[\w-]{43}; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      )
    } finally {
      await proxied.close()
    }
  })
})

describe('an address that a client makes up', () => {
  const MOST_WRONG = 20
  const wrongEnrolment = (url: string, forwarded: string) =>
    fetch(`${url}/agent/v1/enrol`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${'wrong'.repeat(9)}`,
        'content-type': 'application/json',
        'x-forwarded-for': forwarded,
      },
      body: JSON.stringify({ computerName: 'PC', agentVersion: '0.1.0' }),
    })
  const wrongSecret = async (url: string, forwarded: string): Promise<number> => {
    const socket = new WebSocket(url.replace('http', 'ws') + AGENT_SOCKET_PATH, SUBPROTOCOL, {
      headers: { 'x-forwarded-for': forwarded },
    })
    const [, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
    return response.resume().statusCode ?? 0
  }

  test.each([
    ['without a proxy, all of it', {}, (i: number) => `10.0.0.${i}`],
    ['before the entry of the proxy', { PUMPHANDLE_TRUST_PROXY: '1' }, (i: number) => `10.0.0.${i}, 192.0.2.7`],
    ['within the network of one customer', { PUMPHANDLE_TRUST_PROXY: '1' }, (i: number) => `2001:db8:1:2::${i}`],
  ] as const)('does not let it guess on: %s', async (name, env, forwarded) => {
    const guessed = await startCollector(
      readConfig({
        PUMPHANDLE_PORT: '0',
        PUMPHANDLE_DATA: join(dir, name),
        PUMPHANDLE_LOG_LEVEL: 'silent',
        ...env,
      }),
    )
    try {
      const codes: number[] = []
      // turns come back with time, of which a busy machine takes more
      for (let i = 1; i <= MOST_WRONG * 4 && codes.at(-1) !== 429; i++)
        codes.push((await wrongEnrolment(guessed.url, forwarded(i))).status)
      expect(codes.filter((code) => code !== 401)).toEqual([429])
      expect(codes.length).toBeGreaterThan(MOST_WRONG)
      const upgrades: number[] = []
      for (let i = 1; i <= MAX_UNAUTHORISED_PER_MINUTE * 2 && upgrades.at(-1) !== 429; i++)
        upgrades.push(await wrongSecret(guessed.url, forwarded(i % 250)))
      expect(upgrades.filter((code) => code !== 401)).toEqual([429])
      expect(upgrades.length).toBeGreaterThan(MAX_UNAUTHORISED_PER_MINUTE)
    } finally {
      await guessed.close()
    }
  })
})

test.skipIf(process.platform !== 'linux').each(['0', '1'])(
  'where proxies are named, nobody else is listened to, whatever they say; %s gateways',
  async (gateways) => {
    const named = await startCollector(
      readConfig({
        PUMPHANDLE_PORT: '0',
        PUMPHANDLE_HOST: '::',
        PUMPHANDLE_DATA: join(dir, `named ${gateways}`),
        PUMPHANDLE_LOG_LEVEL: 'silent',
        PUMPHANDLE_TRUST_PROXY: '127.0.0.8/30',
        PUMPHANDLE_GATEWAYS: gateways,
      }),
    )
    const { port } = new URL(named.url)
    const from = (localAddress: string) =>
      new Promise<number | undefined>((resolve) => {
        const headers = { 'x-forwarded-for': '10.0.0.1', 'x-forwarded-proto': 'https' }
        request({ host: '127.0.0.1', port, path: '/readyz', localAddress, headers }, (answer) => {
          answer.resume()
          resolve(answer.statusCode)
        })
          .once('error', () => resolve(undefined))
          .end()
      })
    try {
      const addresses = ['127.0.0.9', '127.0.0.1', '127.0.0.12', '127.0.0.2']
      expect(await Promise.all(addresses.map(from))).toEqual([200, 200, undefined, undefined])
    } finally {
      await named.close()
    }
  },
)

test('each answer names its type, and texts their letters', async () => {
  const { secret } = await admin.call('tokenAdd', { body: { name: 'types', scope: 'admin' } })
  const wrong: string[] = []
  for (const [name] of all) {
    const [method, path = ''] = PATHS[name].split(' ')
    // a stream that goes on is looked at where it is read; the browser is sent on from the provider's
    if (method !== 'GET' || name === 'live' || name.startsWith('organisation')) continue
    const answer = await fetch(`${collector.url}/api/v1${path.replace(/\{\w+\}/g, '999999')}`, {
      headers: { authorization: `Bearer ${secret}` },
    })
    await answer.body?.cancel()
    const type = answer.headers.get('content-type') ?? ''
    if (type === '' || (type.startsWith('text/') && !/charset=utf-8/i.test(type))) wrong.push(`${name}: "${type}"`)
  }
  expect(wrong).toEqual([])
})

test('no address has a place for a secret', () => {
  const asked = Object.values(routes).flatMap((route) => ('query' in route ? Object.keys(route.query.shape) : []))
  expect(asked.length).toBeGreaterThan(10)
  expect(asked.filter((name) => /token|secret|password|key/i.test(name))).toEqual([])
})
