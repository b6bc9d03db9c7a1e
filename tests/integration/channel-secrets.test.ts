import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Collector } from '@pumphandle/collector'
import type { Client } from '@pumphandle/shared/client'
import { createClient } from '@pumphandle/shared/client'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { acknowledgeToken } from '../../packages/collector/src/model/acknowledge-link.ts'
import { type Receivers, receivers } from '../../packages/collector/tests/support/receivers.ts'
import { collectorOn } from '../support/collector.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { browserFetch, firstAdmin, PASSWORD } from '../support/signed-in.ts'

describe.each(DATABASE_KINDS)('what channels are reached by, on %s', (kind) => {
  let database: TestDatabase
  let ends: Receivers
  let collector: Collector
  let admin: Client
  beforeEach(async () => {
    ends = await receivers()
    database = await emptyDatabase(kind, inject('pgUrl'))
    collector = await collectorOn(database)
    admin = await firstAdmin(collector)
  })
  afterEach(async () => {
    await collector.close()
    await database.drop()
    await ends.close()
  })

  const rows = () => collector.context.store.db.selectFrom('channel').selectAll().orderBy('id').execute()
  async function again(): Promise<void> {
    await collector.close()
    collector = await collectorOn(database)
    admin = createClient({ url: collector.url, fetch: browserFetch(collector.url) })
    await admin.call('signIn', { body: { email: 'ada@example.nhs.uk', password: PASSWORD } })
  }
  const tell = async (id: number) => {
    const { lastError } = await admin.call('channelTest', { path: { id }, body: {} })
    return lastError
  }

  test('lies sealed, each for its channel, by a key that the database does not have', async () => {
    const url = `${ends.http}/hook/T0KEN-in-the-address`
    const body = { name: 'ours', kind: 'webhook', url, secret: 's3cret-of-ours' } as const
    const { id, target, hasSecret } = await admin.call('channelAdd', { body })
    expect({ target, hasSecret }).toEqual({ target: new URL(url).host, hasSecret: true })
    const [row] = await rows()
    expect(row?.url).toMatch(/^sealed\.[0-9a-f]{12}\.[\w-]+$/)
    expect(JSON.stringify(row)).not.toMatch(/T0KEN|s3cret/)
    expect(await tell(id)).toBeNull()
    expect(ends.got.at(-1)?.path).toContain('T0KEN-in-the-address')

    // changed without saying its address or secret again: both stay, and stay sealed
    await admin.call('channelChange', { path: { id }, body: { name: 'ours, renamed', kind: 'webhook' } })
    expect(JSON.stringify(await rows())).not.toMatch(/T0KEN|s3cret/)
    expect(await tell(id)).toBeNull()

    // what is sealed for one channel is worth nothing in another's row, and what lies open was put there by somebody else
    const other = await admin.call('channelAdd', { body: { ...body, name: 'other', url: `${ends.http}/other` } })
    const { db } = collector.context.store
    await db
      .updateTable('channel')
      .set({ url: row?.url ?? '' })
      .where('id', '=', other.id)
      .execute()
    expect(await tell(other.id)).toContain('seal.key')
    await db
      .updateTable('channel')
      .set({ url: `${ends.http}/evil` })
      .where('id', '=', other.id)
      .execute()
    expect(await tell(other.id)).toContain('seal.key')

    // of before: as it is; taken over at the start
    await db
      .updateTable('channel')
      .set({ url: `${ends.http}/before`, options: JSON.stringify({ secret: 'open-s3cret', afterMinutes: 7 }) })
      .where('id', '=', other.id)
      .execute()
    await again()
    expect(JSON.stringify(await rows())).not.toMatch(/before|s3cret/)
    expect(await tell(other.id)).toBeNull()
    expect(ends.got.at(-1)?.path).toBe('/before')
    const { items } = await admin.call('channels')
    expect(items.find((one) => one.id === other.id)).toMatchObject({ hasSecret: true, afterMinutes: 7 })

    // a newer key before the old one: sealed anew at the start
    const file = join(database.dataDir, 'seal.key')
    const key = readFileSync(file, 'utf8').trim()
    const newer = Buffer.alloc(32, 7).toString('base64')
    writeFileSync(file, `${newer}\n${key}\n`)
    await again()
    writeFileSync(file, `${newer}\n`)
    await again()
    expect(await tell(id)).toBeNull()

    // a restored database without its key: said, and nobody is told of anything by a guess
    rmSync(file)
    await again()
    expect((await admin.call('health')).problems).toMatchObject([{ code: 'seal-key-channels', severity: 'error' }])
    expect(await tell(id)).toContain('seal.key')
    const refused = admin.call('channelAdd', { body: { ...body, name: 'third' } })
    await expect(refused).rejects.toMatchObject({ problem: { status: 503, title: 'No key' } })
    const changed = admin.call('channelChange', { path: { id }, body: { name: 'ours', kind: 'webhook' } })
    await expect(changed).rejects.toMatchObject({ problem: { status: 409, title: 'Not readable' } })

    // an empty file is asked for a new key, and addresses that are given anew are sealed by that
    writeFileSync(file, '')
    await again()
    await admin.call('channelChange', { path: { id }, body })
    expect(await tell(id)).toBeNull()
  })

  test('so do the keys that sign links and reports: links of before are good, and copies of the database sign nothing', async () => {
    const { incidents, clock } = collector.context
    const id = incidents.open({
      kind: 'clinical-system',
      subject: 'EMIS Web',
      title: 'EMIS Web is unreachable',
      sentence: 'It cannot be reached.',
      at: clock.now(),
      machines: [],
    }).record.id
    const setting = () =>
      collector.context.store.db.selectFrom('setting').selectAll().where('key', '=', 'linkKey').executeTakeFirst()
    // as a collector of before kept it
    const value = JSON.stringify('a-key-that-lies-open')
    await collector.context.store.db
      .insertInto('setting')
      .values({ key: 'linkKey', value, updated_at: 1, updated_by: 'collector' })
      .execute()
    const token = acknowledgeToken(value, id, clock.now() + 3_600_000)
    const look = () =>
      createClient({ url: collector.url })
        .call('acknowledgeByLink', { body: { token } })
        .then(
          (answer) => answer.id,
          (error: unknown) => (error as { problem: { status: number } }).problem.status,
        )
    await again()
    const sealed = await setting()
    expect(sealed?.value).toMatch(/^"sealed\.[0-9a-f]{12}\.[\w-]+"$/)
    expect(await look()).toBe(id)

    // the database without its key: said; what is signed meanwhile is good until the next start
    const file = join(database.dataDir, 'seal.key')
    const key = readFileSync(file, 'utf8')
    rmSync(file)
    await again()
    expect((await admin.call('health')).problems).toMatchObject([{ code: 'seal-key-own' }])
    expect(await look()).toBe(410)
    expect((await setting())?.value).toBe(sealed?.value)
    writeFileSync(file, key)
    await again()
    expect((await admin.call('health')).problems).toEqual([])
    expect(await look()).toBe(id)
  })
})
