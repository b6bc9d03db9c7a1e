import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Collector } from '@pumphandle/collector'
import { type Route, type RouteName, routes } from '@pumphandle/shared/api'
import { type Client, createClient, PATHS } from '@pumphandle/shared/client'
import { Secret, TOTP } from 'otpauth'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { browserFetch, firstAdmin, PASSWORD } from '../support/signed-in.ts'

/** What is open to who has to set up a second factor first: by hand, so that the routes are no witness of their own. */
const OPEN = 'account totpBegin totpConfirm passkeyBegin passkeyAdd signOut me'.split(' ')

const codeOf = (secret: string, at = Date.now()) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at })

describe.each(DATABASE_KINDS)('second factors and sessions, on %s', (kind) => {
  let database: TestDatabase
  let collector: Collector
  let admin: Client
  beforeEach(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    collector = await collectorOn(database)
    admin = await firstAdmin(collector)
  })
  afterEach(async () => {
    await collector.close()
    await database.drop()
  })

  async function person(email: string, role: 'viewer' | 'technician' | 'admin' = 'viewer') {
    const { link } = await admin.call('invite', { body: { email, role } })
    const send = browserFetch(collector.url)
    const client = createClient({ url: collector.url, fetch: send })
    await client.call('redeem', { body: { token: link.split('#')[1] ?? '', name: email, password: PASSWORD } })
    return { client, send, email }
  }
  const browser = () => createClient({ url: collector.url, fetch: browserFetch(collector.url) })
  async function withApp(client: Client): Promise<{ secret: string; recoveryCodes: string[] }> {
    const { secret } = await client.call('totpBegin', { body: {} })
    // of the step before, so that two are left for signing in; a step may end on the way
    const confirm = () =>
      client.call('totpConfirm', { body: { password: PASSWORD, code: codeOf(secret, Date.now() - 30_000) } })
    const { recoveryCodes } = await confirm().catch(confirm)
    return { secret, recoveryCodes }
  }
  const idOf = async (email: string) => (await admin.call('users')).items.find((user) => user.email === email)?.id ?? 0

  test('an admin demands one: nothing but setting one up is open, and with it all is', async () => {
    const { client, send } = await person('tom@example.org', 'technician')
    const viewer = await person('vic@example.org')
    const { secret: token } = await admin.call('tokenAdd', { body: { name: 'wall', scope: 'read' } })
    const stream = await send(`${collector.url}/api/v1/live`)
    const watching = stream.text()
    expect(await client.call('me')).toMatchObject({ owesFactor: false })
    await admin.call('settingsChange', { body: { secondFactorFrom: 'technician' } })
    // the page that was open ends at once
    expect(await watching).toContain('"hello"')
    expect(await client.call('me')).toMatchObject({ owesFactor: true })

    const wrong: string[] = []
    const knock = async (path: string, method: string) => {
      const response = await send(`${collector.url}${path}`, { method })
      return [response.status, ((await response.json()) as { title?: string }).title] as const
    }
    for (const [name, route] of Object.entries(routes) as [RouteName, Route][]) {
      if (route.access === 'public' || OPEN.includes(name)) continue
      const [method = '', path = ''] = PATHS[name].split(' ')
      const told = await knock(`/api/v1${path.replace(/\{\w+\}/g, '999999')}`, method)
      if (told[0] !== 403 || told[1] !== 'Second factor needed') wrong.push(`${name}: ${told.join(' ')}`)
    }
    for (const path of ['/api/v1/openapi.json', '/api/v1/docs', '/metrics'])
      if ((await knock(path, 'GET'))[0] !== 403) wrong.push(path)
    expect(wrong).toEqual([])
    expect(
      Object.entries(routes as Record<string, Route>)
        .flatMap(([name, { enrols }]) => (enrols ? name : []))
        .toSorted(),
    ).toEqual(OPEN.toSorted())

    // somebody of a lesser role, and a program, go on
    expect((await viewer.client.call('machines', { query: {} })).total).toBe(0)
    const program = createClient({ url: collector.url, token })
    expect((await program.call('machines', { query: {} })).total).toBe(0)
    // who demands it is asked for it too
    await expect(admin.call('settings')).rejects.toMatchObject({ problem: { status: 403 } })

    const { recoveryCodes } = await withApp(client)
    expect(recoveryCodes).toHaveLength(10)
    expect(await client.call('me')).toMatchObject({ owesFactor: false })
    expect((await client.call('machines', { query: {} })).total).toBe(0)
    // and it stays
    const { factors } = await client.call('account')
    const last = client.call('factorRemove', { path: { id: factors[0]?.id ?? 0 }, body: { password: PASSWORD } })
    await expect(last).rejects.toMatchObject({ problem: { status: 409, title: 'The only one' } })
  })

  test('it is demanded at the next sign-in too, by a link as by the password, and when an admin took it off', async () => {
    await withApp(admin)
    await admin.call('settingsChange', { body: { secondFactorFrom: 'viewer' } })
    const { client, email } = await person('new@example.org')
    expect(await client.call('me')).toMatchObject({ owesFactor: true })
    await withApp(client)
    expect(await client.call('me')).toMatchObject({ owesFactor: false })
    await admin.call('userFactorsReset', { path: { id: await idOf(email) }, body: {} })
    await expect(client.call('me')).rejects.toMatchObject({ problem: { status: 401 } })
    const again = browser()
    expect((await again.call('signIn', { body: { email, password: PASSWORD } })).me).toMatchObject({ owesFactor: true })
    await expect(again.call('machines', { query: {} })).rejects.toMatchObject({
      problem: { title: 'Second factor needed' },
    })
  })

  test('the secrets of apps lie sealed, by a key beside the database that the database does not have', async () => {
    const { client, email } = await person('tom@example.org')
    const { secret, recoveryCodes } = await withApp(client)
    const rows = () => collector.context.store.db.selectFrom('second_factor').selectAll().orderBy('id').execute()
    const [app, ...codes] = await rows()
    expect(app?.secret).toMatch(/^sealed\.[0-9a-f]{12}\.[\w-]+$/)
    expect(app?.secret).not.toContain(secret)
    for (const code of codes) expect(code.secret).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    const file = join(database.dataDir, 'seal.key')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const key = readFileSync(file, 'utf8').trim()
    for (const { value } of await collector.context.store.db.selectFrom('setting').selectAll().execute())
      expect(value).not.toContain(key)

    // what is sealed for one person is worth nothing in another's row
    const other = await person('eve@example.org')
    await collector.context.store.db
      .insertInto('second_factor')
      .values({ ...(app ?? never()), id: 9_000, user_id: await idOf(other.email) })
      .execute()
    const stolen = { email: other.email, password: PASSWORD, code: codeOf(secret) }
    await expect(browser().call('signIn', { body: stolen })).rejects.toMatchObject({ problem: { status: 401 } })
    await collector.context.store.db.deleteFrom('second_factor').where('id', '=', 9_000).execute()

    // of before: the secret as it is, and codes as SHA-256; both are taken over at the start
    const sha = (text: string) => createHash('sha256').update(text.replace('-', '')).digest('hex')
    await collector.context.store.db
      .updateTable('second_factor')
      .set({ secret })
      .where('id', '=', app?.id ?? 0)
      .execute()
    await collector.context.store.db
      .updateTable('second_factor')
      .set({ secret: sha(recoveryCodes[0] ?? '') })
      .where('id', '=', codes[0]?.id ?? 0)
      .execute()
    // as long as the collector runs, a secret that somebody wrote past it is none
    await expect(
      browser().call('signIn', { body: { email, password: PASSWORD, code: codeOf(secret) } }),
    ).rejects.toMatchObject({ problem: { status: 401 } })
    await collector.close()
    collector = await collectorOn(database)
    for (const row of await rows()) expect(row.secret).toMatch(row.kind === 'totp' ? /^sealed\./ : /^\$argon2id\$/)
    const signIn = (code: string) => browser().call('signIn', { body: { email, password: PASSWORD, code } })
    expect((await signIn(codeOf(secret))).me).toMatchObject({ email })
    expect((await signIn(recoveryCodes[0] ?? '')).me).toMatchObject({ email })
    await expect(signIn(recoveryCodes[0] ?? '')).rejects.toMatchObject({ problem: { status: 401 } })

    // a newer key before the old one: sealed anew at the start
    const newer = Buffer.alloc(32, 7).toString('base64')
    writeFileSync(file, `${newer}\n${key}\n`)
    const before = (await rows())[0]?.secret
    await collector.close()
    collector = await collectorOn(database)
    expect((await rows())[0]?.secret).not.toBe(before)
    writeFileSync(file, `${newer}\n`)
    await collector.close()
    collector = await collectorOn(database)
    expect((await signIn(codeOf(secret, Date.now() + 30_000))).me).toMatchObject({ email })

    // a restored database without its key: said, codes on paper do it, nothing is made in the key's place by itself
    rmSync(file)
    await collector.close()
    collector = await collectorOn(database)
    admin = browser()
    await admin.call('signIn', { body: { email: 'ada@example.nhs.uk', password: PASSWORD } })
    expect((await admin.call('health')).problems).toMatchObject([{ code: 'seal-key' }])
    const late = codeOf(secret, Date.now() + 30_000)
    await expect(signIn(late)).rejects.toMatchObject({ problem: { status: 401 } })
    expect((await signIn(recoveryCodes[1] ?? '')).me).toMatchObject({ email })
    const { secret: fresh } = await admin.call('totpBegin', { body: {} })
    const refused = admin.call('totpConfirm', { body: { password: PASSWORD, code: codeOf(fresh) } })
    await expect(refused).rejects.toMatchObject({ problem: { status: 503, title: 'No key' } })
    // an empty file is asked for a new key
    writeFileSync(file, '')
    chmodSync(file, 0o600)
    await collector.close()
    collector = await collectorOn(database)
    expect(readFileSync(file, 'utf8').trim()).not.toBe(newer)
    admin = browser()
    await admin.call('signIn', { body: { email: 'ada@example.nhs.uk', password: PASSWORD } })
    expect((await withApp(admin)).recoveryCodes).toHaveLength(10)
    writeFileSync(file, 'no key\n')
    await collector.close()
    await expect(collectorOn(database)).rejects.toThrow('is no file of keys')
    rmSync(file)
    mkdirSync(file)
    await expect(collectorOn(database)).rejects.toThrow('cannot be read (EISDIR')
    rmSync(file, { recursive: true })
    collector = await collectorOn(database)
  })

  test('people see where they are signed in, and end it; admins end it for others', async () => {
    const { client, email } = await person('tom@example.org')
    const elsewhere = browser()
    await elsewhere.call('signIn', { body: { email, password: PASSWORD } })
    const { items } = await client.call('sessions')
    expect(items).toHaveLength(2)
    expect(items.filter((one) => one.isThis)).toHaveLength(1)
    expect(items[0]).toMatchObject({ isThis: false, address: '127.0.0.1', browser: 'another program' })
    const others = (id: string) => client.call('sessionEnd', { path: { id }, body: { password: PASSWORD } })
    const wrong = client.call('sessionEnd', { path: { id: 'others' }, body: { password: 'x' } })
    await expect(wrong).rejects.toMatchObject({ problem: { status: 403, title: 'Wrong password' } })
    await others(items[0]?.id ?? '')
    await expect(elsewhere.call('me')).rejects.toMatchObject({ problem: { status: 401 } })
    await expect(others('0123456789abcdef')).rejects.toMatchObject({ problem: { status: 404 } })
    // nobody ends another's
    const admins = (await admin.call('sessions')).items[0]?.id ?? ''
    await expect(others(admins)).rejects.toMatchObject({ problem: { status: 404 } })
    await elsewhere.call('signIn', { body: { email, password: PASSWORD } })
    await others('others')
    await expect(elsewhere.call('me')).rejects.toMatchObject({ problem: { status: 401 } })
    expect(await client.call('me')).toMatchObject({ email })
    // another second factor is another proof: who is signed in elsewhere has to give it
    await elsewhere.call('signIn', { body: { email, password: PASSWORD } })
    await withApp(client)
    await expect(elsewhere.call('me')).rejects.toMatchObject({ problem: { status: 401 } })
    expect(await client.call('me')).toMatchObject({ email })
    await admin.call('userSignOut', { path: { id: await idOf(email) }, body: {} })
    await expect(client.call('me')).rejects.toMatchObject({ problem: { status: 401 } })
  })

  test('what proves a person is changed by who proved it all lately', async () => {
    const { client, email } = await person('tom@example.org')
    await withApp(client)
    // a session of an hour ago: the password alone is not enough in it any more
    await collector.context.store.db
      .updateTable('session')
      .set({ created_at: Date.now() - 3_600_000 })
      .where('user_id', '=', await idOf(email))
      .execute()
    const again = { problem: { status: 403, title: 'Sign in again' } }
    await expect(client.call('recoveryCodes', { body: { password: PASSWORD } })).rejects.toMatchObject(again)
    const id = (await client.call('account')).factors[0]?.id ?? 0
    const remove = client.call('factorRemove', { path: { id }, body: { password: PASSWORD } })
    await expect(remove).rejects.toMatchObject(again)
    const change = client.call('passwordChange', { body: { current: PASSWORD, password: 'tea kettle orchid' } })
    await expect(change).rejects.toMatchObject(again)
    // who has none proves all with the password
    await admin.call('passwordChange', { body: { current: PASSWORD, password: 'tea kettle orchid' } })
  })

  test('a sign-in ends the session that the browser had, and the twenty-first ends the oldest', async () => {
    const { email } = await person('tom@example.org')
    const first = browser()
    await first.call('signIn', { body: { email, password: PASSWORD } })
    await first.call('signIn', { body: { email, password: PASSWORD } })
    expect((await first.call('sessions')).items).toHaveLength(2)
    const browsers = Array.from({ length: 20 }, browser)
    for (const one of browsers) await one.call('signIn', { body: { email, password: PASSWORD } })
    expect((await browsers[0]?.call('sessions'))?.items).toHaveLength(20)
    await expect(first.call('me')).rejects.toMatchObject({ problem: { status: 401 } })
  })

  test('the audit log tells with what somebody signed in', async () => {
    const { client, email } = await person('tom@example.org')
    const { secret } = await withApp(client)
    await browser().call('signIn', { body: { email, password: PASSWORD, code: codeOf(secret) } })
    const { items } = await admin.call('audit', { query: { limit: 1 } })
    expect(items[0]).toMatchObject({ action: 'signIn', subject: email, detail: '127.0.0.1 password and app' })
  })
})

function never(): never {
  throw new Error('there is no row')
}
