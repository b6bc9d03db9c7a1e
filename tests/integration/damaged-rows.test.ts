import type { Collector } from '@pumphandle/collector'
import { newApiToken } from '@pumphandle/collector/people'
import { type Client, createClient } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

/** No JSON, and JSON of another shape: both are found after a fault of a disk, or a hand that mended one. */
const DAMAGES = ['{"type":"cra', 'null', '[]', '{"type":"crash"}']
const crash = (id: string, at: number, sources: string[]): AgentEvent => ({
  id,
  at,
  type: 'crash',
  kind: 'bugcheck',
  stopCode: '0x50',
  sources,
})

describe.each(DATABASE_KINDS)('damaged rows, on %s', (kind) => {
  let database: TestDatabase
  let collector: Collector
  let agent: WireClient
  let client: Client
  const at = Date.now() - 60_000

  beforeAll(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    collector = await collectorOn(database)
    const { enrolment, store } = collector.context
    const given = { name: 't', site: 'A81001', days: 1, maxUses: null, createdBy: 'test' }
    const { secret } = await enrolment.createToken(given)
    agent = await WireClient.connect(collector.url, await enrol(collector.url, secret))
    const other = await WireClient.connect(collector.url, await enrol(collector.url, secret))
    await other.deliver(1, [
      { id: 'i', at, type: 'inventory', components: [], complete: [], maker: 'Dell Inc.', serialNumber: 'S-2' },
    ])
    await agent.deliver(1, [
      { id: 'i', at, type: 'inventory', components: [], complete: [], serialNumber: 'S-1' },
      { id: 'r', at, type: 'reachability', results: [{ name: 'EMIS', ok: true }] },
      ...DAMAGES.map((_, i) => crash(`c${i}`, at + i, ['log-1001'])),
      crash('well', at + 10, ['log-1001']),
    ])
    const { db } = store
    for (const [i, payload] of DAMAGES.entries())
      await db.updateTable('event').set({ payload }).where('event_id', '=', `c${i}`).execute()
    const mine = (await store.reader.selectFrom('machine').select('id').orderBy('id').execute())[0]?.id ?? 0
    await db
      .updateTable('machine_detail')
      .set({ inventory: '{"serial', reachability: '{}', vitals: '', vitals_at: at })
      .where('machine_id', '=', mine)
      .execute()
    const made = { name: 'x', scope: 'admin', days: 1, createdBy: 't' } as const
    const { secret: token } = await newApiToken(store, systemClock, made)
    client = createClient({ url: collector.url, token })
  })
  afterAll(async () => {
    await collector.close()
    await database.drop()
  })

  test("are left out of a machine's page, page by page", async () => {
    const path = { id: agent.identity.machine }
    expect((await client.call('machine', { path })).lastCrash).toMatchObject({ id: 'well' })
    expect((await client.call('machineCrashes', { path })).items.map((row) => row.id)).toEqual(['well'])
    const seen: string[] = []
    let pages = 0
    for (let cursor: string | undefined; ; pages++) {
      const query = { limit: 1, ...(cursor === undefined ? {} : { cursor }) }
      const { items, next } = await client.call('timeline', { path, query })
      seen.push(...items.map((entry) => entry.event?.id ?? entry.type))
      if (next === null) break
      cursor = next
    }
    expect(pages).toBeGreaterThan(DAMAGES.length)
    expect(seen).toEqual(expect.arrayContaining(['well', 'inventory', 'r']))
    expect(seen).not.toContain('c0')
  })

  test('leave an export whole', async () => {
    await eventually(async () => expect((await client.call('machines', { query: {} })).total).toBe(2))
    const csv = await (await client.open('assetRegister', { query: {} })).text()
    const lines = csv.trim().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines.some((line) => line.includes('S-2'))).toBe(true)
  })

  test('are counted, each once, and shown with what to do', async () => {
    const { health } = await client.call('overview')
    const [problem] = health.problems.filter(({ code }) => code === 'damaged-rows')
    // four events, and one machine's detail
    expect(problem?.title).toMatch(/^5 rows of the database are damaged and left out .*restore a backup/)
    expect(problem?.severity).toBe('warning')
  })

  test('refuse no frame: what the agent tells again mends them', async () => {
    await agent.deliver(
      2,
      DAMAGES.map((_, i) => crash(`c${i}`, at + i, ['minidump'])),
    )
    const path = { id: agent.identity.machine }
    const { items } = await client.call('machineCrashes', { path })
    expect(items.map((row) => row.id).sort()).toEqual([...DAMAGES.map((_, i) => `c${i}`), 'well'])
  })
})
