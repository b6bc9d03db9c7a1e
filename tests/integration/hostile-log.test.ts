import type { Collector } from '@pumphandle/collector'
import { type Client, createClient } from '@pumphandle/shared/client'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { collectorOverTls } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { firstAdmin, statusOf, withToken } from '../support/signed-in.ts'

// The audit log is kept for two years: whoever makes lines in it without end fills the disk.

/** Lines of one person in a minute, and of one address whose people have not signed in. */
const LINES = 600
const STRANGERS_LINES = 120
/** What comes back with time, while a test runs on a busy computer. */
const GIVEN_BACK = 2

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

async function linesOf(action: string): Promise<number> {
  const rows = collector.context.store.reader.selectFrom('audit').select('id').where('action', '=', action)
  return (await rows.execute()).length
}

/** As many files as leave to one person at once. */
const AT_ONCE = 4

/** How often it was answered with each status, of so many calls a few at a time, until one is slowed down. */
async function statuses(calls: number, call: (n: number) => Promise<number>): Promise<Map<number, number>> {
  const found = new Map<number, number>()
  for (let n = 0; n < calls && !found.has(429); n += AT_ONCE)
    for (const status of await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => call(n + i))))
      found.set(status, (found.get(status) ?? 0) + 1)
  return found
}

describe('the audit log is not filled', () => {
  test('by a viewer who takes files away, with however many tokens, and others go on', async () => {
    const [one, other] = [await withToken(admin, collector.url, 'read'), await withToken(admin, collector.url, 'read')]
    const take = (client: Client) => statusOf(client.open('machinesCsv', { query: {} }).then((file) => file.text()))
    const found = await statuses(LINES * GIVEN_BACK + AT_ONCE, (n) => take(n % 2 === 0 ? one : other))
    expect([...found.keys()].toSorted((a, b) => a - b)).toEqual([200, 429])
    await eventually(async () => expect(await linesOf('machinesCsv')).toBe(found.get(200)))
    expect(found.get(429)).toBeGreaterThan(0)
    // what leaves no line is answered, and a number is written one way
    expect(await statusOf(one.call('overview'))).toBe(200)
    expect(await statusOf(other.call('incident', { path: { id: '01' } }))).toBe(404)
  })

  test('and files that one takes one after the other are never too many, however slowly their lines are written', async () => {
    const client = await withToken(admin, collector.url, 'read')
    const take = () => statusOf(client.open('machinesCsv', { query: {} }).then((file) => file.text()))
    let end = () => {}
    const held = new Promise<void>((resolve) => (end = resolve))
    const busy = collector.context.store.transaction(() => held)
    const found: number[] = []
    for (let i = 0; i <= AT_ONCE; i++) found.push(await take())
    end()
    await busy
    expect(found).toEqual(found.map(() => 200))
  })

  test('nor does anybody have so many files on their way at once', async () => {
    const one = await withToken(admin, collector.url, 'read')
    const found = await Promise.all(
      Array.from({ length: AT_ONCE * 5 }, () =>
        statusOf(one.open('machinesCsv', { query: {} }).then((file) => file.text())),
      ),
    )
    expect(found.filter((status) => status === 200).length).toBeGreaterThanOrEqual(AT_ONCE)
    expect(found.filter((status) => status !== 200 && status !== 429)).toEqual([])
    // lists wait for their turn, and all are answered
    const lists = await Promise.all(Array.from({ length: 60 }, () => statusOf(one.call('machines', { query: {} }))))
    expect(lists).toEqual(Array(60).fill(200))
  })

  test('by strangers who come back from no provider, or with a card', async () => {
    const back = `${collector.url}/api/v1/session/organisation/return?state=made-up`
    await statuses(200, async () => (await fetch(back, { redirect: 'manual' })).status)
    expect(await linesOf('signInFailed')).toBe(0)

    const { secret } = await collector.context.enrolment.createToken({
      name: 't',
      site: 'A81001',
      days: 1,
      maxUses: 1,
      createdBy: 't',
    })
    await collector.context.enrolment.enrol(secret, { computerName: 'PC', agentVersion: '1' })
    let card = ''
    await eventually(async () => {
      card = (await admin.call('practiceCard', { path: { code: 'A81001' } })).path
    })
    const token = card.split('#')[1] ?? ''
    const stranger = createClient({ url: collector.url })
    const report = { token, machine: null, which: 'Reception', screen: 'other', stopCode: '' } as const
    const said = await statuses(STRANGERS_LINES, () => statusOf(stranger.call('hereReport', { body: report })))
    expect([...said.keys()].toSorted((a, b) => a - b)).toEqual([200, 429])
    expect(await linesOf('hereReport')).toBeLessThan(STRANGERS_LINES)
    const looked = await statuses(400, () => statusOf(stranger.call('here', { body: { token } })))
    expect([...looked.keys()].toSorted((a, b) => a - b)).toEqual([200, 429])
  })
})
