import { DAY, HOUR } from '@pumphandle/shared/time'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Upkeep } from '../../src/jobs/upkeep/upkeep.ts'
import type { Store } from '../../src/store/index.ts'
import { databaseSize } from '../../src/store/size.ts'
import { trendDays } from '../../src/store/trends.ts'
import { StillClock, tempStore } from '../serve/support/temp-store.ts'

const NOW = Date.UTC(2026, 2, 10, 12)
let store: Store
let drop: () => Promise<void>
let clock: StillClock

beforeEach(async () => {
  ;({ store, drop } = await tempStore())
  clock = new StillClock(NOW)
})
afterEach(() => drop())

const make = (maxBytes?: number, isTimeKnown = true): Upkeep =>
  new Upkeep({
    store,
    clock,
    log: pino({ level: 'silent' }),
    days: () => ({ events: 30, audit: 90 }),
    maxBytes,
    mayDelete: () => isTimeKnown,
  })

async function rounds(upkeep: Upkeep, n: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    clock.time += 2_000
    await upkeep.run()
  }
}

async function events(count: number, at: (i: number) => number, payload = '{}', type = 'boot'): Promise<void> {
  const rows = Array.from({ length: count }, (_, i) => ({
    machine_id: 1,
    event_id: `${type}-${at(0)}-${i}`,
    type,
    at: at(i),
    agent_at: at(i),
    received_at: at(i),
    payload,
  }))
  for (let i = 0; i < rows.length; i += 500)
    await store.db
      .insertInto('event')
      .values(rows.slice(i, i + 500))
      .execute()
}

const had = (machine_id: number, component_id: number, sinceDaysAgo: number, untilDaysAgo: number | null) => ({
  machine_id,
  component_id,
  since: NOW - sinceDaysAgo * DAY,
  until: untilDaysAgo === null ? null : NOW - untilDaysAgo * DAY,
})

async function components(...daysAgo: number[]): Promise<void> {
  const rows = daysAgo.map((days, i) => ({
    id: i + 1,
    kind: 'content' as const,
    name: 'defender/signatures',
    version: `1.${i}`,
    version_key: `1.${i}`,
    first_seen: NOW - days * DAY,
  }))
  await store.db.insertInto('component').values(rows).execute()
}

test('what machines had goes once it is over for longer than events are kept; what they have stays', async () => {
  await events(1, () => NOW)
  await components(90, 80, 20)
  const many = Array.from({ length: 600 }, (_, i) => had(i + 1, 1, 90, 40))
  await store.db
    .insertInto('exposure')
    .values([...many, had(1, 2, 80, null), had(2, 2, 80, 10), had(3, 2, 79, 31), had(1, 3, 20, 10)])
    .execute()
  const upkeep = make()
  await rounds(upkeep, 1)
  const { n } = await store.reader
    .selectFrom('exposure')
    .select((e) => e.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  // in small steps
  expect(n).toBeGreaterThan(300)
  await rounds(upkeep, 10)
  const left = await store.reader.selectFrom('exposure').select(['machine_id', 'component_id']).execute()
  expect(
    left.map(({ machine_id, component_id }) => `${machine_id}:${component_id}`).toSorted((a, b) => a.localeCompare(b)),
  ).toEqual(['1:2', '1:3', '2:2'])
  await upkeep.close()
})

test('a clock that is two years ahead costs nothing of the history', async () => {
  await events(1, () => NOW)
  await components(60)
  await store.db
    .insertInto('exposure')
    .values([had(1, 1, 60, 20)])
    .execute()
  clock.time = NOW + 730 * DAY
  const upkeep = make()
  await rounds(upkeep, 10)
  await upkeep.close()
  // what is stored by that clock makes it no truer
  await events(1, () => clock.time, '{}', 'vitals')
  const doubting = make(undefined, false)
  await rounds(doubting, 10)
  await doubting.close()
  expect(await store.reader.selectFrom('exposure').select('machine_id').execute()).toHaveLength(1)
  expect(await trendDays(store.reader, 0)).toEqual([])
})

test('each day that is over has a line, also those of before this was counted, and keeps it when its events are gone', async () => {
  await events(3, (i) => NOW - 3 * DAY + i * HOUR)
  await events(1, () => NOW)
  const crash = { machine_id: 7, kind: 'bugcheck' as const, count: 2, event_id: 'c', at: NOW - 2 * DAY }
  await store.db
    .insertInto('crash')
    .values([crash, { ...crash, event_id: 'd', count: 1 }])
    .execute()
  const upkeep = make()
  await rounds(upkeep, 6)
  const days = await trendDays(store.reader, 0)
  expect(days.map(({ day }) => new Date(day).toISOString().slice(0, 10))).toEqual([
    '2026-03-07',
    '2026-03-08',
    '2026-03-09',
  ])
  expect(days.map(({ boots }) => boots)).toEqual([3, 0, 0])
  expect(days[1]).toMatchObject({ crashes: 3, crashed_machines: 1 })
  await store.db.deleteFrom('event').where('received_at', '<', NOW).execute()
  await rounds(upkeep, 3)
  expect(await trendDays(store.reader, 0)).toEqual(days)
  await upkeep.close()
})

test('a database that is larger than it may be loses its oldest events, by the hour, until it is not', async () => {
  const text = JSON.stringify({ x: 'x'.repeat(4_000) })
  const first = NOW - 10 * DAY
  await events(600, (i) => first + i * 60_000, text, 'vitals')
  await events(1, () => NOW)
  const before = await databaseSize(store)
  const allowed = before.bytes - before.freeBytes - 600_000
  const upkeep = make(allowed)
  for (let i = 0; i < 12; i++) {
    await rounds(upkeep, 5)
    clock.time += 61_000
  }
  const after = await databaseSize(store)
  expect(after.bytes - after.freeBytes).toBeLessThanOrEqual(allowed)
  const left = await store.reader.selectFrom('event').select('received_at').orderBy('seq').execute()
  expect(left.length).toBeGreaterThan(200)
  expect(left.at(-2)?.received_at).toBe(first + 599 * 60_000)
  await upkeep.close()
})

test('the last week stays, however small the database should be', async () => {
  await events(10, (i) => NOW - (10 - i) * DAY)
  const upkeep = make(1)
  for (let i = 0; i < 12; i++) {
    await rounds(upkeep, 5)
    clock.time += 61_000
  }
  const left = await store.reader.selectFrom('event').select('received_at').orderBy('seq').execute()
  expect(left.map(({ received_at }) => Math.round((NOW - received_at) / DAY))).toEqual([8, 7, 6, 5, 4, 3, 2, 1])
  await upkeep.close()
})
