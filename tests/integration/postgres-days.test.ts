import { openStore, type Store } from '@pumphandle/collector/store'
import { DAY, HOUR, MINUTE } from '@pumphandle/shared/time'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { sql } from 'kysely'

import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { Retention } from '../../packages/collector/src/jobs/retention/retention.ts'
import { createLogger } from '../../packages/collector/src/log/logger.ts'
import type { Arrived } from '../../packages/collector/src/model/arrived.ts'
import { EventAppender } from '../../packages/collector/src/store/append.ts'
import { EdgeLog } from '../../packages/collector/src/store/cluster/edge-log.ts'
import { makePartitions } from '../../packages/collector/src/store/cluster/journal-rows.ts'
import { dropDays, makeDays } from '../../packages/collector/src/store/days.ts'
import { newestEvent, oldestEvent } from '../../packages/collector/src/store/event-ends.ts'
import { growCrashes, projectCrashes } from '../../packages/collector/src/store/project/crashes.ts'
import { countEvents, countTimeline, eventsOf } from '../../packages/collector/src/store/timeline.ts'
import { bareDatabase, type TestDatabase } from '../support/databases.ts'

// What grows lies in partitions of a day on PostgreSQL, and is dropped with them. An event stays one event all the same.

const TODAY = Math.floor(Date.now() / DAY) * DAY
const MIDNIGHT = TODAY
let database: TestDatabase
let store: Store

beforeEach(async () => {
  database = await bareDatabase('postgres', inject('pgUrl'))
  store = await open()
})
afterEach(async () => {
  await store.close()
  await database.drop()
})

const open = () => openStore({ kind: 'postgres', url: database.address })

/** A frame of the agent's events, as it arrives. */
const arrive = (receivedAt: number, ...events: AgentEvent[]): Arrived[] =>
  events.map((event) => ({ machineId: 1, event, at: Math.min(event.at, receivedAt), receivedAt, skew: 0 }))
const vitals = (id: string, at: number): AgentEvent => ({ id, at, type: 'vitals', uptimeSeconds: 1 })
const crash = (at: number, source: string): AgentEvent => ({
  id: 'bugcheck',
  at,
  type: 'crash',
  kind: 'bugcheck',
  sources: [source],
})

async function append(arrived: readonly Arrived[]): Promise<string[]> {
  const { fresh } = await store.transaction((tx) => new EventAppender('postgres').append(tx, arrived))
  return fresh.map(({ event }) => event.id)
}

const partitions = async (table: string): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
    select inhrelid::regclass::text as name from pg_inherits where inhparent = ${table}::regclass order by 1`.execute(
    store.db,
  )
  return rows.map(({ name }) => name)
}
const dayName = (table: string, at: number) => `${table}_${new Date(at).toISOString().slice(0, 10).replaceAll('-', '')}`

test('an event that comes again on another day is the same event, in a group or alone', async () => {
  const event = vitals('v', MIDNIGHT - 1_000)
  expect(await append(arrive(MIDNIGHT - 500, event, event))).toEqual(['v'])
  expect(await append(arrive(MIDNIGHT + 500, event, vitals('w', MIDNIGHT)))).toEqual(['w'])
  await makePartitions(store.db, Date.now())
  const log = new EdgeLog(1)
  const told = [{ t: 'quiet', m: 1 } as never]
  // as an edge stores what is all new: it is not
  expect(await log.appendWithEvents(store.db, arrive(MIDNIGHT + 800, event), told)).toBeUndefined()
  expect(await log.appendWithEvents(store.db, arrive(MIDNIGHT, vitals('x', TODAY), vitals('x', TODAY)), told)).toBe(
    undefined,
  )
  expect(await log.appendWithEvents(store.db, arrive(MIDNIGHT, vitals('x', TODAY)), told)).toBeGreaterThan(0)
  const rows = await store.reader.selectFrom('event').select('event_id').orderBy('seq').execute()
  expect(rows.map((row) => row.event_id)).toEqual(['v', 'w', 'x'])
})

test('the journal has of an event what a brain needs, and no list of components or drivers', async () => {
  await makePartitions(store.db, Date.now())
  const inventory: AgentEvent = {
    id: 'i',
    at: TODAY,
    type: 'inventory',
    complete: ['driver'],
    model: 'OptiPlex',
    components: [{ kind: 'driver', name: 'a.sys', version: '1' }],
  }
  const told = { ...crash(TODAY, 'log-1001'), drivers: [{ name: 'b.sys', version: '2' }] }
  const news = arrive(TODAY, inventory, told)
  await store.transaction((tx) => new EdgeLog(7).append(tx, [{ t: 'stored', m: 1, news, components: [] }]))
  const { body } = await store.reader.selectFrom('journal').select('body').executeTakeFirstOrThrow()
  expect(body).toContain('OptiPlex')
  expect(body).toContain('log-1001')
  expect(body).not.toContain('.sys')
})

test('a crash that is told again with the time of another day is the same crash, with what both say', async () => {
  const both = [
    arrive(MIDNIGHT - 500, crash(MIDNIGHT - 1_000, 'log-41')),
    arrive(MIDNIGHT + HOUR, crash(MIDNIGHT + 9, 'minidump')),
  ]
  for (const arrived of both)
    await store.transaction(async (tx) => {
      const { fresh, repeated } = await new EventAppender('postgres').append(tx, arrived)
      await projectCrashes(tx, [...fresh, ...(await growCrashes(tx, repeated))])
    })
  const rows = await store.reader.selectFrom('event').select(['at', 'received_at', 'payload']).execute()
  expect(rows).toHaveLength(1)
  expect(JSON.parse(rows[0]?.payload ?? '')).toMatchObject({ sources: ['log-41', 'minidump'] })
  expect(rows[0]?.at).toBeLessThanOrEqual(rows[0]?.received_at ?? 0)
})

test('a machine’s history is whole and in its order over many days, whatever came late', async () => {
  const days = 75
  for (let back = days; back > 0; back--) {
    await makeDays(store, TODAY - back * DAY)
    await append(arrive(TODAY - back * DAY + HOUR, vitals(`d${back}`, TODAY - back * DAY)))
  }
  // of two months ago, told today
  await append(arrive(TODAY + MINUTE, vitals('late', TODAY - 70 * DAY + HOUR)))
  const all = { from: undefined, until: undefined }
  const newest = await eventsOf(store.reader, 1, all, null, 3)
  expect(newest.map((row) => row.event_id)).toEqual(['d1', 'd2', 'd3'])
  const before = newest.at(-1)
  const rest = await eventsOf(store.reader, 1, all, { at: before?.at ?? 0, seq: before?.seq ?? 0 }, 1_000)
  expect(rest.map((row) => row.event_id)).toEqual([
    ...Array.from({ length: 66 }, (_, n) => `d${n + 4}`),
    'late',
    ...Array.from({ length: 6 }, (_, n) => `d${n + 70}`),
  ])
  const span = { from: TODAY - 70 * DAY, until: TODAY - 68 * DAY }
  expect((await eventsOf(store.reader, 1, span, null, 9)).map((row) => row.event_id)).toEqual(['d69', 'late', 'd70'])
  expect(await countTimeline(store.reader, 1, all)).toBe(days + 1)
  expect(await countTimeline(store.reader, 1, span)).toBe(3)
  expect(await countEvents(store.reader, 1, 'vitals')).toBe(days + 1)
  expect((await oldestEvent(store.reader))?.receivedAt).toBe(TODAY - days * DAY + HOUR)
  expect((await newestEvent(store.reader))?.receivedAt).toBe(TODAY + MINUTE)
})

test('days that are over are dropped whole; what was told late is known on; no clock makes a row that is refused', async () => {
  await makeDays(store, TODAY - 40 * DAY)
  await append(arrive(TODAY - 40 * DAY + HOUR, vitals('old', TODAY - 40 * DAY)))
  await append(
    arrive(TODAY + HOUR, vitals('told late', TODAY - 40 * DAY + 1), vitals('no clock', 5), vitals('future', 9e12)),
  )
  const retention = new Retention({
    store,
    clock: { now: () => TODAY + 2 * HOUR, after: () => () => undefined, every: () => () => undefined },
    log: createLogger('silent'),
    days: () => ({ events: 30, audit: 30 }),
    mayDelete: () => true,
  })
  expect(await partitions('event')).toContain(dayName('event', TODAY - 40 * DAY))
  await retention.run()
  await retention.close()
  expect(await partitions('event')).not.toContain(dayName('event', TODAY - 41 * DAY))
  // a tenth of the days at most, and one at least, in a day
  await dropDays(store, TODAY - 30 * DAY, 100)
  for (const table of ['event', 'machine_transition', 'event_known'])
    expect(await partitions(table)).not.toContain(dayName(table, TODAY - 40 * DAY))
  const left = await store.reader.selectFrom('event').select('event_id').orderBy('seq').execute()
  expect(left.map((row) => row.event_id)).toEqual(['told late', 'no clock', 'future'])
  expect(
    await append(
      arrive(
        TODAY + 3 * HOUR,
        vitals('told late', TODAY - 40 * DAY + 1),
        vitals('no clock', 5),
        vitals('future', 9e12),
      ),
    ),
  ).toEqual([])
})

test('a day for which nobody made a partition in time is moved into its own', async () => {
  const later = TODAY + 10 * DAY
  await append(arrive(later, vitals('a', later)))
  await makeDays(store, later)
  const { rows } = await sql<{ place: string }>`select tableoid::regclass::text as place from event`.execute(store.db)
  expect(rows).toEqual([{ place: dayName('event', later) }])
  expect(await append(arrive(later, vitals('a', later)))).toEqual([])
})

test('a database that has events in one table is moved into days, by their numbers, and they stay known', async () => {
  await sql`delete from kysely_migration where name = '0190-days'`.execute(store.db)
  await sql`drop table event, event_known, machine_transition`.execute(store.db)
  await sql`create table event (
    seq bigint primary key generated by default as identity, machine_id bigint not null, at bigint not null,
    agent_at bigint not null, received_at bigint not null, event_id text not null, type text not null,
    payload text not null, constraint event_once unique (machine_id, event_id))`.execute(store.db)
  await sql`create table machine_transition (
    id bigint primary key generated by default as identity, machine_id bigint not null, at bigint not null,
    from_state text not null, to_state text not null, reason text not null)`.execute(store.db)
  const ago = TODAY - 3 * DAY
  await sql`insert into event (machine_id, at, agent_at, received_at, event_id, type, payload)
    select 1, ${ago}::bigint + n, ${ago}::bigint + n, ${ago}::bigint + n, 'e' || n, 'vitals', '{}' from generate_series(1, 50) n`.execute(
    store.db,
  )
  await sql`insert into event (machine_id, at, agent_at, received_at, event_id, type, payload)
    values (1, 7, 7, ${ago - 1000 * DAY}, 'older', 'crash', '{}')`.execute(store.db)
  await sql`insert into machine_transition (machine_id, at, from_state, to_state, reason)
    values (1, ${ago}, 'healthy', 'dark', 'x')`.execute(store.db)
  await store.close()
  store = await open()
  const events = await store.reader.selectFrom('event').selectAll().orderBy('seq').execute()
  expect(events).toHaveLength(51)
  expect(events.map((row) => row.seq)).toEqual(Array.from({ length: 51 }, (_, n) => n + 1))
  expect(await partitions('event')).toContain(dayName('event', ago))
  expect(await append(arrive(TODAY, vitals('e1', ago + 1), vitals('new', TODAY)))).toEqual(['new'])
  expect((await newestEvent(store.reader))?.seq).toBe(52)
  const transitions = await store.reader.selectFrom('machine_transition').select(['id', 'to_state']).execute()
  expect(transitions).toEqual([{ id: 1, to_state: 'dark' }])
})
