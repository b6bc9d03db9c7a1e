import { openStore, type Store } from '@pumphandle/collector/store'
import { DAY, MINUTE } from '@pumphandle/shared/time'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { Upkeep } from '../../packages/collector/src/jobs/upkeep/upkeep.ts'
import { createLogger } from '../../packages/collector/src/log/logger.ts'
import { databaseSize } from '../../packages/collector/src/store/size.ts'
import { trendDays } from '../../packages/collector/src/store/trends.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'

const NOW = Date.UTC(2026, 2, 10, 12)

describe.each(DATABASE_KINDS)('upkeep on %s', (kind) => {
  let database: TestDatabase
  let store: Store

  beforeEach(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    const { address } = database
    store = await openStore(kind === 'sqlite' ? { kind, file: address } : { kind, url: address })
  })
  afterEach(async () => {
    await store.close()
    await database.drop()
  })

  test('days are counted, old stretches go, the size is known, and what is too large is cut', async () => {
    const event = (i: number, at: number) => ({
      machine_id: 1,
      event_id: `e${i}`,
      type: 'boot',
      at,
      agent_at: at,
      received_at: at,
      payload: '{}',
    })
    await store.db
      .insertInto('event')
      .values([event(1, NOW - 20 * DAY), event(2, NOW - DAY), event(3, NOW)])
      .execute()
    const version = { kind: 'content' as const, name: 'x', version: '1', version_key: '1', first_seen: NOW - 90 * DAY }
    const { id } = await store.db.insertInto('component').values(version).returning('id').executeTakeFirstOrThrow()
    const had = { component_id: id, since: NOW - 90 * DAY }
    await store.db
      .insertInto('exposure')
      .values([
        { ...had, machine_id: 1, until: NOW - 40 * DAY },
        { ...had, machine_id: 2, until: NOW - 10 * DAY },
        { ...had, machine_id: 3, until: null },
      ])
      .execute()
    expect((await databaseSize(store)).bytes).toBeGreaterThan(50_000)
    let now = NOW
    const upkeep = new Upkeep({
      store,
      clock: { now: () => now, after: () => () => undefined, every: () => () => undefined },
      log: createLogger('silent'),
      days: () => ({ events: 30, audit: 90 }),
      // less than any database
      maxBytes: kind === 'sqlite' ? 1 : undefined,
      mayDelete: () => true,
    })
    for (let i = 0; i < 30; i++) {
      await upkeep.run()
      now += 2 * MINUTE
    }
    await upkeep.close()
    const days = await trendDays(store.reader, 0)
    expect(days.map(({ boots }) => boots)[0]).toBe(1)
    const exposures = await store.reader.selectFrom('exposure').select('machine_id').orderBy('machine_id').execute()
    expect(exposures.map(({ machine_id }) => machine_id)).toEqual([2, 3])
    const left = await store.reader.selectFrom('event').select('event_id').orderBy('seq').execute()
    expect(left.map(({ event_id }) => event_id)).toEqual(kind === 'sqlite' ? ['e2', 'e3'] : ['e1', 'e2', 'e3'])
  })
})
