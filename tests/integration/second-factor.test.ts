import type { Collector } from '@pumphandle/collector'
import { type Client, createClient } from '@pumphandle/shared/client'
import { Secret, TOTP } from 'otpauth'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { browserFetch, firstAdmin, PASSWORD } from '../support/signed-in.ts'
import { SoftwareKey } from '../support/software-key.ts'

describe.each(DATABASE_KINDS)('a second factor, on %s', (kind) => {
  let database: TestDatabase
  let collector: Collector
  let admin: Client
  let address: string

  beforeAll(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    collector = await collectorOn(database, { PUMPHANDLE_HOST: 'localhost' })
    address = collector.url
    admin = await firstAdmin(collector)
  })
  afterAll(async () => {
    await collector.close()
    await database.drop()
  })

  const stranger = () => createClient({ url: address, fetch: browserFetch(address) })
  async function person(email: string): Promise<Client> {
    const { link } = await admin.call('invite', { body: { email, role: 'viewer' } })
    const client = stranger()
    await client.call('redeem', { body: { token: link.split('#')[1] ?? '', name: email, password: PASSWORD } })
    return client
  }
  const codeOf = (secret: string, at = Date.now()) =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: at })
  const refused = { problem: { status: 401 } }

  test('an app: the password alone is not enough any more, and a code works once', async () => {
    const email = `app-${kind}@example.org`
    const me = await person(email)
    const { secret, uri } = await me.call('totpBegin', { body: {} })
    expect(uri).toContain('otpauth://totp/Pumphandle:')
    const wrong = me.call('totpConfirm', { body: { password: 'not it', code: codeOf(secret) } })
    await expect(wrong).rejects.toMatchObject({ problem: { status: 403, title: 'Wrong password' } })
    const { recoveryCodes } = await me.call('totpConfirm', { body: { password: PASSWORD, code: codeOf(secret) } })
    expect(recoveryCodes).toHaveLength(10)
    const asked = await stranger().call('signIn', { body: { email, password: PASSWORD } })
    expect(asked).toMatchObject({ me: null, step: { app: true, passkey: null } })
    const again = stranger()
    await again.call('signIn', { body: { email, password: PASSWORD } })
    await expect(again.call('me')).rejects.toMatchObject(refused)
    // of the step after, for the one of now is used
    const code = codeOf(secret, Date.now() + 30_000)
    const given = (client: Client, value: string) =>
      client.call('signIn', { body: { email, password: PASSWORD, code: value } })
    expect((await given(again, code)).me).toMatchObject({ email })
    expect(await again.call('me')).toMatchObject({ email })
    // whoever looked over the shoulder has nothing
    await expect(given(stranger(), code)).rejects.toMatchObject(refused)
    await expect(given(stranger(), '000000')).rejects.toMatchObject(refused)
    // paper, once, written as people write
    const paper = recoveryCodes[0]?.toUpperCase().replace('-', ' ') ?? ''
    expect((await given(stranger(), paper)).me).toMatchObject({ email })
    await expect(given(stranger(), paper)).rejects.toMatchObject(refused)
    expect((await again.call('account')).recoveryCodes).toBe(9)
    const { recoveryCodes: fresh } = await again.call('recoveryCodes', { body: { password: PASSWORD } })
    await expect(given(stranger(), recoveryCodes[1] ?? '')).rejects.toMatchObject(refused)
    expect((await given(stranger(), fresh[1] ?? '')).me).toMatchObject({ email })
    // a new link sets the password, and is no way around
    const { link } = await admin.call('invite', { body: { email, role: 'viewer' } })
    const thief = stranger()
    const redeem = { token: link.split('#')[1] ?? '', name: 'x', password: `${PASSWORD} 2` }
    await expect(thief.call('redeem', { body: redeem })).rejects.toMatchObject(refused)
    await expect(thief.call('me')).rejects.toMatchObject(refused)
    // an admin takes it off
    const id = (await admin.call('users')).items.find((user) => user.email === email)
    expect(id).toMatchObject({ factors: 1 })
    await admin.call('userFactorsReset', { path: { id: id?.id ?? 0 }, body: {} })
    const password = `${PASSWORD} 2`
    expect((await stranger().call('signIn', { body: { email, password } })).me).toMatchObject({ email })
    const log = JSON.stringify((await admin.call('audit', { query: { limit: 500 } })).items)
    for (const kept of [secret, recoveryCodes[2] ?? '?', code]) expect(log).not.toContain(`"${kept}"`)
  })

  test('of two who give the same code in one moment one is in, and an app is set up once', async () => {
    const email = `race-${kind}@example.org`
    const me = await person(email)
    const { secret } = await me.call('totpBegin', { body: {} })
    const confirm = { body: { password: PASSWORD, code: codeOf(secret, Date.now() - 30_000) } }
    const set = await Promise.allSettled([me.call('totpConfirm', confirm), me.call('totpConfirm', confirm)])
    const done = set.flatMap((one) => (one.status === 'fulfilled' ? one.value.recoveryCodes : []))
    expect(done).toHaveLength(10)
    expect((await me.call('account')).factors).toHaveLength(1)
    const ways = async (code: string) => {
      const give = () => stranger().call('signIn', { body: { email, password: PASSWORD, code } })
      const all = await Promise.allSettled([give(), give(), give()])
      return all.filter(({ status }) => status === 'fulfilled').length
    }
    expect(await ways(codeOf(secret))).toBe(1)
    expect(await ways(done[0] ?? '')).toBe(1)
    expect((await me.call('account')).recoveryCodes).toBe(9)
  })

  test('a passkey: made by the browser for this address, used with its own challenge, each time anew', async () => {
    const email = `key-${kind}@example.org`
    const me = await person(email)
    const key = new SoftwareKey(address)
    expect((await me.call('account')).passkeys).toBe(true)
    const options = await me.call('passkeyBegin', { body: {} })
    const added = { password: PASSWORD, name: 'key ring', response: key.register(options) }
    expect((await me.call('passkeyAdd', { body: added })).recoveryCodes).toHaveLength(10)
    const { factors } = await me.call('account')
    expect(factors).toMatchObject([{ kind: 'passkey', name: 'key ring' }])
    const ask = async (client: Client) =>
      (await client.call('signIn', { body: { email, password: PASSWORD } })).step?.passkey
    const give = (client: Client, passkey: unknown) =>
      client.call('signIn', { body: { email, password: PASSWORD, passkey } })
    const browser = stranger()
    const answer = key.authenticate(await ask(browser))
    expect((await give(browser, answer)).me).toMatchObject({ email })
    // a repeat, another key, another site
    await expect(give(stranger(), answer)).rejects.toMatchObject({ problem: { status: 409 } })
    await expect(
      give(stranger(), new SoftwareKey(address, key).authenticate(await ask(browser))),
    ).rejects.toMatchObject(refused)
    const phished = key.authenticate(await ask(browser), 'https://fleet.example.evil')
    await expect(give(stranger(), phished)).rejects.toMatchObject(refused)
    await me.call('factorRemove', { path: { id: factors[0]?.id ?? 0 }, body: { password: PASSWORD } })
    expect(await me.call('account')).toMatchObject({ factors: [], recoveryCodes: 0 })
    expect((await stranger().call('signIn', { body: { email, password: PASSWORD } })).me).toMatchObject({ email })
  })
})
