import { createServer } from 'node:net'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { newApiToken } from '@pumphandle/collector/people'
import { createClient } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { runCollector, startCollectorProcess } from '../support/collector-process.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

const MACHINES = 8
const EVENTS_PER_FRAME = 5
/** Frames that each machine has acknowledged before the collector is killed. */
const KILL_AFTER_ACKS = [3, 11, 40]

describe.each(DATABASE_KINDS)('a collector that is killed, on %s', (kind) => {
  let database: TestDatabase
  let env: Record<string, string>

  const inThisProcess = (): Promise<Collector> =>
    startCollector(readConfig({ ...env, PUMPHANDLE_PORT: '0', PUMPHANDLE_LOG_LEVEL: 'silent' }))

  beforeEach(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    env = {
      PUMPHANDLE_DATA: database.dataDir,
      PUMPHANDLE_DATABASE: database.address,
      PUMPHANDLE_LOG_LEVEL: 'info',
    }
  })
  afterEach(() => database.drop())

  async function enrolAll(): Promise<Identity[]> {
    const collector = await inThisProcess()
    const { enrolment } = collector.context
    const token = await enrolment.createToken({ name: 't', site: 'A81001', days: 1, maxUses: null, createdBy: 'test' })
    const machines: Identity[] = []
    for (let i = 0; i < MACHINES; i++) machines.push(await enrol(collector.url, token.secret))
    await collector.close()
    return machines
  }

  test('everything that was acknowledged is there, and nothing twice', async () => {
    const machines = await enrolAll()
    const sent = new Map<string, AgentEvent[]>(machines.map((m) => [m.machine, []]))
    const acked = new Map<string, number>(machines.map((m) => [m.machine, 0]))
    let round = 0
    for (const acks of KILL_AFTER_ACKS) {
      const collector = await startCollectorProcess(env)
      const clients = await Promise.all(machines.map((m) => WireClient.connect(collector.url, m)))
      round++
      await Promise.all(
        clients.map(async (client) => {
          const id = client.identity.machine
          // what was not acknowledged before comes again, and then news, until the kill
          const events = sent.get(id) ?? []
          for (let batch = 1; ; batch++) {
            const from = acked.get(id) ?? 0
            while (events.length < from + EVENTS_PER_FRAME)
              events.push({
                id: `e-${events.length}`,
                at: Date.now(),
                type: 'crash',
                kind: 'bugcheck',
                stopCode: '0x50',
                bootId: `round-${round}`,
              })
            try {
              await client.deliver(batch, events.slice(from, from + EVENTS_PER_FRAME))
            } catch {
              return
            }
            acked.set(id, from + EVENTS_PER_FRAME)
            if (batch === acks) void collector.kill()
          }
        }),
      )
    }

    const collector = await inThisProcess()
    try {
      const { store, fleet } = collector.context
      for (const { machine } of machines) {
        const rows = await store.reader
          .selectFrom('event')
          .innerJoin('machine', 'machine.id', 'machine_id')
          .select('event_id')
          .where('uid', '=', machine)
          .orderBy('seq')
          .execute()
        const stored = rows.map((r) => r.event_id)
        expect(new Set(stored).size).toBe(stored.length)
        const promised = (sent.get(machine) ?? []).slice(0, acked.get(machine)).map((e) => e.id)
        expect(promised.length).toBeGreaterThanOrEqual(EVENTS_PER_FRAME)
        expect(stored).toEqual(expect.arrayContaining(promised))
        expect(stored.length - promised.length).toBeLessThanOrEqual(EVENTS_PER_FRAME)
        const crashes = await store.reader
          .selectFrom('crash')
          .innerJoin('machine', 'machine.id', 'machine_id')
          .select('event_id')
          .where('uid', '=', machine)
          .execute()
        expect(crashes).toHaveLength(stored.length)
        expect(fleet.byUid(machine)?.state).not.toBe('dark')
      }
    } finally {
      await collector.close()
    }
  })

  test('SIGTERM ends it cleanly, and tells agents to come back', async () => {
    const [machine] = await enrolAll()
    const collector = await startCollectorProcess(env)
    const client = await WireClient.connect(collector.url, machine as Identity)
    const code = collector.terminate()
    expect(await client.frame('refuse')).toMatchObject({ code: 'restarting', retryAfterSeconds: 5 })
    expect(await client.closeCode()).toBe(1012)
    expect(await code).toBe(0)
  })
})

test('rows that are damaged take neither the start nor the overview down', async () => {
  const database = await emptyDatabase('sqlite', inject('pgUrl'))
  const env = { PUMPHANDLE_DATA: database.dataDir, PUMPHANDLE_PORT: '0', PUMPHANDLE_LOG_LEVEL: 'silent' }
  let collector = await startCollector(readConfig(env))
  const { context } = collector
  const { db } = context.store
  await context.importPractices('code,name\nA81001,Hope Surgery\n', { dryRun: false, region: 'icb' })
  const token = await context.enrolment.createToken({ name: 't', site: 'A81001', days: 1, maxUses: 1, createdBy: 't' })
  await context.enrolment.enrol(token.secret, { computerName: 'PC-1', agentVersion: '0.1.0' })
  const now = Date.now()
  const times = { at: now, agent_at: now, received_at: now }
  await db
    .insertInto('event')
    .values({ machine_id: 1, event_id: 'b', type: 'boot', ...times, payload: '{"bo' })
    .execute()
  await db
    .insertInto('incident')
    .values({ kind: 'component', status: 'open', title: 'x', opened_at: now, payload: '{}' })
    .execute()
  await db.updateTable('practice').set({ opening_hours: 'Mon', contacts: '[' }).execute()
  await db.updateTable('runbook').set({ matches: '' }).execute()
  await db.insertInto('snapshot').values({ name: 'presence', at: now, seq: 0, body: '' }).execute()
  const { secret } = await newApiToken(context.store, systemClock, {
    name: 'x',
    scope: 'read',
    days: 1,
    createdBy: 't',
  })
  await collector.close()
  collector = await startCollector(readConfig(env))
  try {
    const client = createClient({ url: collector.url, token: secret })
    expect(await client.call('overview')).toMatchObject({ machines: 1, practices: 1, incidents: [] })
    expect((await client.call('tiles')).tiles).toMatchObject([{ practice: { name: 'Hope Surgery' }, machines: 1 }])
    expect((await client.call('incidents', { query: { status: 'all' } })).items).toEqual([])
    expect((await client.call('practice', { path: { code: 'A81001' } })).contacts).toEqual([])
    expect((await client.call('runbooks')).items.length).toBeGreaterThan(0)
  } finally {
    await collector.close()
    await database.drop()
  }
})

describe('a start that cannot be', () => {
  let database: TestDatabase
  beforeEach(async () => {
    database = await emptyDatabase('sqlite', inject('pgUrl'))
  })
  afterEach(() => database.drop())

  test('says in one sentence that the port is taken', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
    const { port } = other.address() as { port: number }
    const { code, stderr } = await runCollector(['--port', String(port)], { PUMPHANDLE_DATA: database.dataDir })
    other.close()
    expect(code).toBe(1)
    expect(stderr).toBe(
      `Another program listens on 127.0.0.1:${port}; end it, or set PUMPHANDLE_PORT to a free port.\n`,
    )
  })

  // in /proc nothing can be made, and it answers as though the folder above were missing
  test.each(['/dev/null/data', '/proc/data/here'])('says in one sentence that %s cannot be written', async (folder) => {
    const { code, stderr } = await runCollector(['--port', '0'], { PUMPHANDLE_DATA: folder })
    expect(code).toBe(1)
    expect(stderr).toContain(`Cannot write ${folder} (`)
    expect(stderr).toContain('; make it writable, or set PUMPHANDLE_DATA to a folder that is.')
    expect(stderr.trim().split('\n')).toHaveLength(1)
  })

  test('says in one sentence what to set', async () => {
    const { code, stderr } = await runCollector(['--port', 'x'], { PUMPHANDLE_DATA: database.dataDir })
    expect(code).toBe(1)
    expect(stderr).toBe('PUMPHANDLE_PORT is "x"; set a number from 0 to 65535.\n')
  })
})
