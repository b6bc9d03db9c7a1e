import { createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Collector } from '@pumphandle/collector'
import { type Client, createClient } from '@pumphandle/shared/client'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { type Member, startProvider, type TestProvider } from '../support/provider.ts'
import { firstAdmin, PASSWORD } from '../support/signed-in.ts'

type Claims = Record<string, unknown>

const MEMBER: Member = { sub: 'u-1', email: 'Jo.Smith@icb.example', name: 'Jo Smith', groups: ['gp-it'], acr: 'aal3' }

/** A browser with its cookies, by host, that follows where it is sent. */
class Tab {
  readonly #cookies = new Map<string, Map<string, string>>()

  readonly fetch: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const jar = this.#cookies.get(url.host) ?? new Map<string, string>()
    this.#cookies.set(url.host, jar)
    const headers = new Headers(init?.headers)
    headers.set('cookie', [...jar].map(([name, value]) => `${name}=${value}`).join('; '))
    if (init?.method && init.method !== 'GET') headers.set('origin', url.origin)
    const response = await fetch(url, { ...init, headers, redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (cookie.split(';')[0] ?? '').split('=')
      if (/max-age=0|1970/i.test(cookie)) jar.delete(name)
      else jar.set(name, value)
    }
    return response
  }

  /** @returns the last address */
  async go(address: string, most = 12): Promise<URL> {
    let url = new URL(address)
    for (let i = 0; i < most; i++) {
      const response = await this.fetch(url)
      await response.body?.cancel()
      const next = response.headers.get('location')
      if (next === null) break
      url = new URL(next, url)
    }
    return url
  }
}

describe('sign-in with the accounts of the organisation', () => {
  let database: TestDatabase
  let collector: Collector
  let provider: TestProvider
  let admin: Client
  let address: string

  beforeAll(async () => {
    database = await emptyDatabase('sqlite', inject('pgUrl'))
    const port = await freePort()
    address = `http://127.0.0.1:${port}`
    provider = await startProvider(address)
    const groups = join(database.dataDir, 'groups.json')
    const places = { regions: ['R01'], networks: [], practices: [] }
    writeFileSync(
      groups,
      JSON.stringify([
        { group: 'gp-it', role: 'technician' },
        { group: 'north', role: 'technician', places },
        { group: 'north-admins', role: 'admin', places },
        { group: 'admins', role: 'admin' },
      ]),
    )
    collector = await collectorOn(database, {
      PUMPHANDLE_PORT: String(port),
      PUMPHANDLE_PUBLIC_URL: address,
      PUMPHANDLE_OIDC_ISSUER: provider.issuer,
      PUMPHANDLE_OIDC_CLIENT_ID: provider.clientId,
      PUMPHANDLE_OIDC_CLIENT_SECRET: provider.clientSecret,
      PUMPHANDLE_OIDC_NAME: 'NHS CIS2',
      PUMPHANDLE_OIDC_ACR: 'aal3',
      PUMPHANDLE_OIDC_GROUPS: groups,
      PUMPHANDLE_BREAK_GLASS: 'ada@example.nhs.uk',
    })
    admin = await firstAdmin(collector)
  })
  afterAll(async () => {
    await collector.close()
    await provider.close()
    await database.drop()
  })

  const begin = `/api/v1/session/organisation`
  async function signIn(member: Partial<Member> = {}) {
    provider.next = { ...MEMBER, ...member }
    const tab = new Tab()
    const end = await tab.go(address + begin)
    return { tab, end, client: createClient({ url: address, fetch: tab.fetch }) }
  }

  test('the account is made at the first sign-in, with what its groups give', async () => {
    expect(await createClient({ url: address }).call('signInWays')).toEqual({
      organisation: 'NHS CIS2',
      refused: null,
    })
    const { client, end } = await signIn()
    expect(end.href).toBe(`${address}/`)
    expect(await client.call('me')).toMatchObject({
      email: 'jo.smith@icb.example',
      name: 'Jo Smith',
      role: 'technician',
      places: null,
    })
    const { items } = await admin.call('users')
    expect(items.find(({ email }) => email === 'jo.smith@icb.example')).toMatchObject({
      organisation: true,
      invited: false,
    })
    const lines = (await admin.call('audit', { query: { limit: 5 } })).items
    expect(lines.find(({ action, subject }) => action === 'signIn' && subject.startsWith('jo'))?.detail).toContain(
      'CIS2',
    )
  })

  test('groups decide anew at each sign-in: another role, other places, or none at all', async () => {
    const { client } = await signIn({ groups: ['north', 'north-admins'] })
    const me = await client.call('me')
    expect(me).toMatchObject({ role: 'admin', places: { regions: ['R01'] } })
    const maker = await signIn({ groups: ['admins'] })
    const { secret } = await maker.client.call('tokenAdd', { body: { name: 'own', scope: 'write' } })
    const again = await signIn({ groups: ['gp-it'] })
    expect((await again.client.call('me')).id).toBe(me.id)
    expect(await client.call('me')).toMatchObject({ role: 'technician', places: null })
    const program = createClient({ url: address, token: secret })
    await collector.context.importPractices('code,name\nA81001,Hope Surgery\n', { dryRun: false, region: 'icb' })
    expect(await program.call('overview')).toMatchObject({ practices: 1 })
    const out = await signIn({ groups: ['others'] })
    // what was open, and made for programs, has nothing of it any more
    for (const one of [again.client, program]) expect(await one.call('overview')).toMatchObject({ practices: 0 })
    expect(await again.client.call('me')).toMatchObject({ role: 'viewer', places: { regions: [], practices: [] } })
    expect(out.end.searchParams.get('refused')).toContain('in no group')
    await expect(out.client.call('me')).rejects.toMatchObject({ problem: { status: 401 } })
  })

  test('signing out ends both sessions', async () => {
    const { client, tab } = await signIn()
    const { next } = await client.call('signOut')
    expect(next).toContain(`${provider.issuer}/session/end?`)
    expect(next).toContain(encodeURIComponent(`${address}/`))
    await expect(client.call('me')).rejects.toMatchObject({ problem: { status: 401 } })
    await tab.go(next ?? '')
  })

  test('whoever signs out at the provider is signed out here, of that sign-in alone; its word counts once, and nobody else’s', async () => {
    const member = { sub: 'u-9', email: 'ann@icb.example', name: 'Ann' }
    const [here, elsewhere] = [await signIn(member), await signIn(member)]
    const stream = await here.tab.fetch(`${address}/api/v1/live`)
    // the provider's own page of signing out: "do you want to?"
    const page = await (await here.tab.fetch(`${provider.issuer}/session/end`)).text()
    const xsrf = /name="xsrf" value="(\w+)"/.exec(page)?.[1] ?? ''
    const done = await here.tab.fetch(`${provider.issuer}/session/end/confirm`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({ xsrf, logout: 'yes' }),
    })
    expect(done.status).toBeLessThan(400)
    await eventually(() => expect(here.client.call('me')).rejects.toMatchObject({ problem: { status: 401 } }))
    await stream.text()
    expect(await elsewhere.client.call('me')).toMatchObject({ email: 'ann@icb.example' })
    const line = (await admin.call('audit', { query: { limit: 20 } })).items.find((l) => l.action === 'organisationEnd')
    expect(line).toMatchObject({ subject: 'ann@icb.example', detail: '1 ended by NHS CIS2' })

    const tell = async (token: string) => {
      const body = new URLSearchParams({ logout_token: token })
      return (await fetch(`${address}/api/v1/session/organisation/end`, { method: 'POST', body })).status
    }
    const [token = ''] = provider.logoutTokens
    expect(token).not.toBe('')
    expect(await tell(token)).toBe(400)
    // signed by somebody else, by nobody, or by what is no key
    const [, payload = ''] = token.split('.')
    const claims = { ...(JSON.parse(Buffer.from(payload, 'base64url').toString()) as object), jti: 'other' }
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const { privateKey } = generateKeyPairSync('ed25519')
    const signed = `${part({ alg: 'EdDSA' })}.${part(claims)}`
    const forged = `${signed}.${sign(null, Buffer.from(signed), privateKey).toString('base64url')}`
    const keyed = `${part({ alg: 'HS256' })}.${part(claims)}`
    const hmac = createHmac('sha256', provider.clientSecret).update(keyed).digest('base64url')
    for (const bad of [forged, `${keyed}.${hmac}`, `${part({ alg: 'none' })}.${part(claims)}.`, 'x', '{}'])
      expect(await tell(bad)).toBe(400)
    // signed by the provider itself, and another kind of token
    const kinds = [undefined, 'JWT', 'at+jwt', 'logout+jwt']
    const answers = await Promise.all(
      kinds.map(async (typ, i) =>
        tell(await provider.sign({ ...claims, jti: `kind ${i}`, sub: 'nobody at all' }, { typ })),
      ),
    )
    expect(answers).toEqual([400, 400, 400, 200])
    expect(await elsewhere.client.call('me')).toMatchObject({ email: 'ann@icb.example' })
  })

  test('the provider’s page ends one sign-in by its name in the browser, and no other by any word', async () => {
    const member = { sub: 'u-11', email: 'fay@icb.example', name: 'Fay' }
    const [here, elsewhere] = [await signIn(member), await signIn(member)]
    const { reader } = collector.context.store
    const names = await reader.selectFrom('session').select('provider_session').orderBy('created_at').execute()
    const [other = '', own = ''] = names.slice(-2).map((row) => row.provider_session)
    const left = (say: Record<string, string>) =>
      fetch(`${address}/api/v1/session/organisation/left?${new URLSearchParams(say)}`).then(({ status }) => status)
    const { issuer: iss } = provider
    expect(await left({ iss, sid: 'x'.repeat(43) })).toBe(200)
    for (const bad of [
      { iss: 'https://other.example', sid: own },
      { sid: own },
      { iss },
      { iss, sid: '' },
      { iss, sid: 'short' },
    ])
      expect(await left(bad as Record<string, string>)).toBe(400)
    const isIn = (client: Client) =>
      client.call('me').then(
        () => true,
        () => false,
      )
    expect([await isIn(here.client), await isIn(elsewhere.client)]).toEqual([true, true])
    expect(other).not.toBe(own)
    expect(await left({ iss, sid: own })).toBe(200)
    expect([await isIn(here.client), await isIn(elsewhere.client)].filter(Boolean)).toHaveLength(1)
    const [line] = (await admin.call('audit', { query: { limit: 1 } })).items
    expect(line).toMatchObject({ action: 'organisationLeft', subject: 'fay@icb.example' })
  })

  test('words in a link reach nobody’s sign-in page, unless this collector wrote them', async () => {
    const ways = (refused: string) => createClient({ url: address }).call('signInWays', { query: { refused } })
    expect((await ways('Your account is locked. Call 0800 1234.')).refused).toBeNull()
    expect((await ways(`Call 0800 1234.${'A'.repeat(43)}`)).refused).toBeNull()
    const { end } = await signIn({ groups: ['others'] })
    expect((await ways(end.searchParams.get('refused') ?? '')).refused).toMatch(/^Your account is in no group/)
    // nor by an error that a made-up answer of the provider's names
    const tab = new Tab()
    const sent = new URL((await tab.fetch(address + begin)).headers.get('location') ?? '')
    const say = new URLSearchParams({
      state: sent.searchParams.get('state') ?? '',
      error: 'Call 0800 1234',
      iss: provider.issuer,
    })
    const back = await tab.go(`${address}/api/v1/session/organisation/return?${say}`)
    expect((await ways(back.searchParams.get('refused') ?? '')).refused).toMatch(/did not confirm it \([a-z_]+\)/i)
  })

  test('somebody who proved themselves too weakly is refused, and so is an answer that this browser did not ask for', async () => {
    const weak = await signIn({ sub: 'u-2', email: 'weak@icb.example', acr: 'aal2' })
    expect(weak.end.searchParams.get('refused')).toContain('weaker')
    // an attacker sends the victim's browser a code of their own
    provider.next = { ...MEMBER, sub: 'u-3', email: 'eve@icb.example' }
    const eve = new Tab()
    const sent = await eve.fetch(address + begin)
    let url = new URL(sent.headers.get('location') ?? '')
    for (let i = 0; i < 10 && !url.pathname.endsWith('/return'); i++)
      url = new URL((await eve.fetch(url)).headers.get('location') ?? '', url)
    const victim = new Tab()
    expect((await victim.go(url.href)).searchParams.get('refused')).toContain('not begun in this browser')
    // and what was used is used up
    expect((await eve.go(url.href)).searchParams.get('refused')).toContain('not begun in this browser')
  })

  test('what the provider’s keys did not sign, or signed for another program, is nobody’s word', async () => {
    const member = { sub: 'u-20', email: 'kit@icb.example', name: 'Kit' }
    const twisted = async (change: (claims: Claims) => Promise<string> | string) => {
      provider.twist = async (path, answer) => {
        if (path !== '/token') return answer
        const claims = JSON.parse(
          Buffer.from(String(answer['id_token']).split('.')[1] ?? '', 'base64url').toString(),
        ) as Claims
        return { ...answer, id_token: await change(claims) }
      }
      const { client, end } = await signIn(member)
      provider.twist = undefined
      const isIn = await client.call('me').then(
        () => true,
        () => false,
      )
      return [isIn, end.searchParams.has('refused')]
    }
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const signedByOther = (header: object) => (claims: Claims) => {
      const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
      const text = `${part({ alg: 'RS256', ...header })}.${part(claims)}`
      return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`
    }
    const bad: ((claims: Claims) => Promise<string> | string)[] = [
      signedByOther({ kid: provider.kid }),
      signedByOther({ kid: 'unknown' }),
      signedByOther({}),
      (claims) => `${part({ alg: 'none' })}.${part(claims)}.`,
      (claims) => provider.sign({ ...claims, azp: 'another' }),
      (claims) => provider.sign({ ...claims, aud: ['another', claims['aud']] }),
      (claims) => provider.sign({ ...claims, nonce: 'another' }),
      (claims) => provider.sign({ ...claims, exp: Math.floor(Date.now() / 1000) - 60 }),
      (claims) => provider.sign({ ...claims, sub: '' }),
    ]
    for (const change of bad) expect(await twisted(change)).toEqual([false, true])
    expect(await twisted((claims) => provider.sign({ ...claims, azp: claims['aud'] }))).toEqual([true, false])
  })

  test('a provider that does not say what somebody’s groups are takes nothing from them; an endless answer fills nothing', async () => {
    const member = { sub: 'u-21', email: 'lee@icb.example', name: 'Lee' }
    const { client } = await signIn(member)
    const because = async (change: typeof provider.twist) => {
      provider.twist = change
      const { end } = await signIn(member)
      provider.twist = undefined
      const { refused } = await createClient({ url: address }).call('signInWays', {
        query: { refused: end.searchParams.get('refused') ?? '' },
      })
      expect(await client.call('me')).toMatchObject({ role: 'technician', places: null })
      return refused
    }
    const userinfo = (change: object) => (path: string, answer: Claims) =>
      path === '/me' ? { ...answer, ...change } : answer
    expect(await because(userinfo({ sub: 'another' }))).toContain('did not say what your groups are')
    expect(await because(userinfo({ more: 'x'.repeat(2_000_000) }))).toContain('did not say what your groups are')
    const many = { groups: undefined, _claim_names: { groups: 'src1' }, _claim_sources: { src1: { endpoint: 'x' } } }
    expect(await because(userinfo(many))).toContain('more groups than your provider tells of')
    const flood = (path: string, answer: Claims) =>
      path === '/token' ? { ...answer, more: 'x'.repeat(2_000_000) } : answer
    expect(await because(flood)).toContain('did not confirm it')
  })

  test('an address that nobody proved opens no invitation, and what is no address is none', async () => {
    await admin.call('invite', { body: { email: 'boss@icb.example', role: 'admin' } })
    const eve = { sub: 'u-22', email: 'boss@icb.example', name: 'Eve' }
    const unproved = { ...eve, email_verified: false }
    const out = await signIn(unproved)
    const ways = createClient({ url: address })
    const refused = out.end.searchParams.get('refused') ?? ''
    expect((await ways.call('signInWays', { query: { refused } })).refused).toContain('somebody else')
    const boss = await signIn({ ...eve, sub: 'u-23', name: 'Boss' })
    expect(await boss.client.call('me')).toMatchObject({ email: 'boss@icb.example', name: 'Boss' })
    const odd = await signIn({ sub: 'u-24', email: '<b>x\n@evil', name: '\u202eadmin' })
    expect(await odd.client.call('me')).toMatchObject({
      email: `u-24@${new URL(provider.issuer).host}`,
      name: 'admin',
    })
  })

  test('nobody takes over an account with a password by its address; a disabled one stays out', async () => {
    const taken = await signIn({ sub: 'u-4', email: 'ada@example.nhs.uk' })
    expect(taken.end.searchParams.get('refused')).toContain('password of its own')
    const id = (await admin.call('users')).items.find(({ email }) => email.startsWith('jo'))?.id ?? 0
    const { client } = await signIn()
    await admin.call('userChange', { path: { id }, body: { disabled: true } })
    await expect(client.call('me')).rejects.toMatchObject({ problem: { status: 401 } })
    expect((await signIn()).end.searchParams.get('refused')).toContain('disabled')
    await admin.call('userChange', { path: { id }, body: { disabled: false } })
  })

  test('with a password come those alone who break the glass', async () => {
    const { link } = await admin.call('invite', { body: { email: 'tom@example.org', role: 'viewer' } })
    const tom = new Tab()
    const redeem = { token: link.split('#')[1] ?? '', name: 'Tom', password: PASSWORD }
    await createClient({ url: address, fetch: tom.fetch }).call('redeem', { body: redeem })
    const by = (email: string) =>
      createClient({ url: address, fetch: new Tab().fetch }).call('signIn', { body: { email, password: PASSWORD } })
    await expect(by('tom@example.org')).rejects.toMatchObject({ problem: { status: 401 } })
    expect((await by('ada@example.nhs.uk')).me).toMatchObject({ role: 'admin' })
    const [line] = (await admin.call('audit', { query: { limit: 1 } })).items
    expect(line).toMatchObject({ action: 'signIn', detail: expect.stringContaining('break-glass') })
  })
})

test('a provider that cannot be reached is told as such', async () => {
  const database = await emptyDatabase('sqlite', inject('pgUrl'))
  const groups = join(database.dataDir, 'groups.json')
  writeFileSync(groups, '[{"group": "a", "role": "viewer"}]')
  const port = await freePort()
  const collector = await collectorOn(database, {
    PUMPHANDLE_PORT: String(port),
    PUMPHANDLE_PUBLIC_URL: `http://127.0.0.1:${port}`,
    PUMPHANDLE_OIDC_ISSUER: `http://127.0.0.1:${await freePort()}`,
    PUMPHANDLE_OIDC_CLIENT_ID: 'x',
    PUMPHANDLE_OIDC_CLIENT_SECRET: 'y',
    PUMPHANDLE_OIDC_GROUPS: groups,
  })
  const end = await new Tab().go(`${collector.url}/api/v1/session/organisation`)
  expect(end.searchParams.get('refused')).toContain('cannot be reached now')
  await collector.close()
  await database.drop()
})
