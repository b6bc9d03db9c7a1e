import { DAY } from '@pumphandle/shared/time'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Retention } from '../../src/jobs/retention/retention.ts'
import { insertAudit, verifyAudit } from '../../src/store/audit.ts'
import type { Store } from '../../src/store/index.ts'
import { StillClock, tempStore } from './support/temp-store.ts'

const NOW = Date.UTC(2024, 6, 19)
let store: Store
let drop: () => Promise<void>

beforeEach(async () => {
  ;({ store, drop } = await tempStore())
})
afterEach(() => drop())

test('what is older than it is kept goes, across many steps, and nothing else', async () => {
  const event = (id: number, daysAgo: number) => ({
    machine_id: 1,
    event_id: String(id),
    type: 'boot',
    at: NOW - daysAgo * DAY,
    agent_at: 0,
    received_at: NOW - daysAgo * DAY,
    payload: '{}',
  })
  const old = Array.from({ length: 2_500 }, (_, i) => event(i, 31))
  for (let i = 0; i < old.length; i += 500)
    await store.db
      .insertInto('event')
      .values(old.slice(i, i + 500))
      .execute()
  await store.db
    .insertInto('event')
    .values([event(9_000, 29), event(9_001, 0)])
    .execute()
  const line = { actor: 'Ada', action: 'x', subject: '', detail: '' }
  await store.transaction(async (tx) => {
    await insertAudit(tx, { at: NOW - 91 * DAY, ...line })
    await insertAudit(tx, { at: NOW - 31 * DAY, ...line })
  })
  const days = { events: 30, audit: 90 }
  const retention = new Retention({
    store,
    clock: new StillClock(NOW),
    log: pino({ level: 'silent' }),
    days: () => days,
    mayDelete: () => true,
  })
  for (let step = 0; step < 12; step++) await retention.run()
  const left = await store.reader.selectFrom('event').select('event_id').execute()
  expect(left.map((row) => row.event_id)).toEqual(['9000', '9001'])
  expect(await store.reader.selectFrom('audit').select('at').execute()).toEqual([{ at: NOW - 31 * DAY }])
  // what went was old: the chain is whole from there on
  expect(await verifyAudit(store.reader)).toMatchObject({ lines: 1, broken: undefined })
  await retention.close()
})

test('at most a tenth goes in a day, and nothing while the time cannot be believed', async () => {
  const rows = Array.from({ length: 500 }, (_, i) => ({
    machine_id: 1,
    event_id: String(i),
    type: 'boot',
    at: NOW,
    agent_at: 0,
    received_at: NOW,
    payload: '{}',
  }))
  for (let i = 0; i < 60; i++)
    await store.db
      .insertInto('event')
      .values(rows.map((row) => ({ ...row, event_id: `${i}-${row.event_id}` })))
      .execute()
  let believed = false
  // the day that two years are skipped
  const clock = new StillClock(NOW + 730 * DAY)
  const retention = new Retention({
    store,
    clock,
    log: pino({ level: 'silent' }),
    days: () => ({ events: 400, audit: 400 }),
    mayDelete: () => believed,
  })
  const left = async () =>
    (
      await store.reader
        .selectFrom('event')
        .select((e) => e.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
    ).n
  await retention.run()
  expect(await left()).toBe(30_000)
  believed = true
  clock.time += 60_000
  for (let step = 0; step < 100; step++) await retention.run()
  expect(await left()).toBe(10_000)
  await retention.close()
})
