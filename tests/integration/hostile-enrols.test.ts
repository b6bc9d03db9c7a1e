import type { Collector } from '@pumphandle/collector'
import type { Client } from '@pumphandle/shared/client'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { newKey } from '../../packages/agent/src/uplink/key.ts'
import { collectorOverTls } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, enrolByKey } from '../support/wire-client.ts'

let database: TestDatabase
let collector: Collector
let admin: Client
async function start(): Promise<void> {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  collector = await collectorOverTls(database)
  admin = await firstAdmin(collector)
}
beforeEach(start)
afterEach(async () => {
  await collector.close()
  await database.drop()
})

test('a token is for practices, and bounded in number and time, unless an admin says otherwise', async () => {
  const add = admin.call('enrolmentTokenAdd', { body: { name: 'for all' } })
  await expect(add).rejects.toMatchObject({ problem: { status: 400, title: 'No site' } })
  const token = await admin.call('enrolmentTokenAdd', { body: { name: 'bounded', site: 'A81001' } })
  expect(token).toMatchObject({ site: 'A81001', maxUses: 100 })
  expect(token.expiresAt - token.createdAt).toBe(14 * 86_400_000)
  const any = await admin.call('enrolmentTokenAdd', { body: { name: 'any', anySite: true, maxUses: null, days: 90 } })
  expect(any).toMatchObject({ site: null, maxUses: null })
})

test('a token for several practices lets machines into those and no other', async () => {
  const { secret } = await admin.call('enrolmentTokenAdd', { body: { name: 'pcn', site: 'A81001, A81002' } })
  const { machine } = await enrol(collector.url, secret, { site: 'A81002' })
  expect((await admin.call('machine', { path: { id: machine } })).machine.practice?.code).toBe('A81002')
  await expect(enrol(collector.url, secret, { site: 'A81003' })).rejects.toThrow('401')
  await expect(enrol(collector.url, secret)).rejects.toThrow('401')
})

test('where a fleet began practice by practice, machines of a token for all wait from its first day on', async () => {
  const token = (body: object) => admin.call('enrolmentTokenAdd', { body: { name: 't', ...body } })
  const counts = async (secret: string, site: string) => {
    const { machine } = await enrol(collector.url, secret, { site })
    return (await admin.call('machine', { path: { id: machine } })).establishedAt !== null
  }
  const [bound, any] = [await token({ site: 'A81001' }), await token({ anySite: true })]
  expect([await counts(bound.secret, 'A81001'), await counts(any.secret, 'A81001')]).toEqual([true, false])
  // one that began with such a token has nobody else
  await collector.close()
  await database.drop()
  await start()
  const all = await token({ anySite: true })
  expect([await counts(all.secret, 'A81001'), await counts(all.secret, 'A81002')]).toEqual([true, true])
})

test('one machine that enrols again and again makes no more practices than its token has uses', async () => {
  const any = { name: 'any', anySite: true, maxUses: 3 }
  const { secret } = await admin.call('enrolmentTokenAdd', { body: any })
  const key = newKey()
  const ask = (site: string) => enrolByKey(collector.url, secret, { site }, key)
  const first = await ask('A81001')
  // whose answer was lost asks once more, and has had its use of the token
  for (let n = 0; n < 3; n++) expect((await ask('A81001')).machine).toBe(first.machine)
  await ask('A81002')
  await ask('A81003')
  await expect(ask('A81004')).rejects.toThrow('401')
  const { items } = await admin.call('practices', { query: {} })
  expect(items.map(({ practice }) => practice.code).toSorted()).toEqual(['A81001', 'A81002', 'A81003'])
})
