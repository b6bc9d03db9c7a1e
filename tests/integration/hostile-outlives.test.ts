import type { Collector } from '@pumphandle/collector'
import { type Client, createClient } from '@pumphandle/shared/client'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { collectorOverTls } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { browserFetch, firstAdmin, PASSWORD } from '../support/signed-in.ts'

let database: TestDatabase
let collector: Collector
let admin: Client
/** An admin who leaves. */
let eve: Client
let eveId: number
beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  collector = await collectorOverTls(database)
  admin = await firstAdmin(collector)
  const { link } = await admin.call('invite', { body: { email: 'eve@example.nhs.uk', role: 'admin' } })
  eve = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
  eveId = (await eve.call('redeem', { body: { token: link.split('#')[1] ?? '', name: 'Eve', password: PASSWORD } })).id
})
afterEach(async () => {
  await collector.close()
  await database.drop()
})

const withSecret = (token: string): Client => createClient({ url: collector.url, token })
const status = (work: Promise<unknown>): Promise<number> =>
  work.then(
    () => 200,
    (error: unknown) => (error as { problem: { status: number } }).problem.status,
  )

describe('an API token is never more than its maker is now', () => {
  test('demoted, it is demoted; disabled, it ends; so do tokens that a token made', async () => {
    const { secret } = await eve.call('tokenAdd', { body: { name: 'left behind', scope: 'admin' } })
    const first = withSecret(secret)
    const child = withSecret((await first.call('tokenAdd', { body: { name: 'child', scope: 'admin' } })).secret)
    expect(await status(child.call('users'))).toBe(200)

    await admin.call('userChange', { path: { id: eveId }, body: { role: 'viewer' } })
    for (const token of [first, child]) {
      expect(await status(token.call('users'))).toBe(403)
      expect(await status(token.call('machines'))).toBe(200)
    }
    await admin.call('userChange', { path: { id: eveId }, body: { disabled: true } })
    for (const token of [first, child]) expect(await status(token.call('machines'))).toBe(401)

    const { secret: own } = await admin.call('tokenAdd', { body: { name: 'mine', scope: 'read' } })
    expect(await status(withSecret(own).call('machines'))).toBe(200)
  })

  test('a live stream of such a token ends with its maker', async () => {
    const { secret } = await eve.call('tokenAdd', { body: { name: 'wall', scope: 'read' } })
    const stream = await fetch(`${collector.url}/api/v1/live`, { headers: { authorization: `Bearer ${secret}` } })
    expect(stream.status).toBe(200)
    await admin.call('userChange', { path: { id: eveId }, body: { disabled: true } })
    expect(await stream.text()).toContain('"hello"')
  })
})
