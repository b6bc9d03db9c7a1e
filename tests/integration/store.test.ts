import type { Collector } from '@pumphandle/collector'
import { MINUTE } from '@pumphandle/shared/time'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { HistoryRow } from '../../packages/collector/src/model/incident-record.ts'
import { readReceived } from '../../packages/collector/src/store/changes.ts'
import { givenRows } from '../../packages/collector/src/store/given-rows.ts'
import { writeHeard } from '../../packages/collector/src/store/heard.ts'
import { writeIncidents } from '../../packages/collector/src/store/incidents.ts'
import { insertTransitions } from '../../packages/collector/src/store/transitions.ts'
import { collectorOn } from '../support/collector.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { enrol, enrolByKey, WireClient } from '../support/wire-client.ts'

const NOW = Date.now()

function crash(id: string, at: number, more: Partial<Extract<AgentEvent, { type: 'crash' }>> = {}): AgentEvent {
  return { id, at, type: 'crash', kind: 'bugcheck', stopCode: '0x50', sources: ['log-1001'], ...more }
}

describe.each(DATABASE_KINDS)('what machines tell, on %s', (kind) => {
  let database: TestDatabase
  let collector: Collector
  let client: WireClient

  const start = (): Promise<Collector> => collectorOn(database)
  const token = async (site: string | null = 'A81001'): Promise<string> =>
    (await collector.context.enrolment.createToken({ name: 'test', site, days: 1, maxUses: null, createdBy: 'test' }))
      .secret
  const forReports = async (): Promise<string> => {
    const made = { name: 'test', site: null, days: 1, maxUses: null, createdBy: 'test', isForReports: true }
    return (await collector.context.enrolment.createToken(made)).secret
  }
  const reader = () => collector.context.store.reader

  beforeEach(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    collector = await start()
    client = await WireClient.connect(collector.url, await enrol(collector.url, await token()))
  })
  afterEach(async () => {
    await collector.close()
    await database.drop()
  })

  test('rows that are given to a statement come as they are: numbers, nothing, whatever text', async () => {
    const rows = [
      { machine: 1, at: NOW, said: `it's "so" \\ \u2028 é 🩺` },
      { machine: 2, at: null, said: null },
    ]
    const given = givenRows(reader(), { machine: 'bigint', at: 'bigint', said: 'text' }, rows)
    expect((await sql`select * from ${given} order by machine`.execute(reader())).rows).toEqual(rows)
  })

  test('the states of hundreds of machines, and when they were heard, are a few statements', async () => {
    let statements = 0
    const db = collector.context.store.db.withPlugin({
      transformQuery: ({ node }) => {
        statements++
        return node
      },
      transformResult: async ({ result }) => result,
    })
    const machines = Array.from({ length: 300 }, (_, i) => i + 1)
    await writeHeard(
      db,
      machines.map((machineId) => ({ machineId, at: NOW + 1 })),
    )
    const [one = 0] = (await reader().selectFrom('machine').select('id').execute()).map(({ id }) => id)
    const change = { machineId: one, at: NOW + 2, from: 'healthy', to: 'dark', reason: 'No word.' } as const
    await insertTransitions(
      db,
      machines.map(() => ({ ...change, lastHeard: NOW + 3 })),
    )
    expect(statements).toBeLessThan(6)
    const row = await reader().selectFrom('machine').selectAll().where('id', '=', one).executeTakeFirstOrThrow()
    expect(row).toMatchObject({ state: 'dark', state_since: NOW + 2, last_seen: NOW + 3, state_reason: 'No word.' })
  })

  test('what is written again, since the answer to the first time was lost, stands there once', async () => {
    const { store } = collector.context
    const { id = 0 } = (await reader().selectFrom('machine').select('id').executeTakeFirst()) ?? {}
    const went = (at: number) =>
      ({ machineId: id, at, from: 'healthy', to: 'dark', reason: 'No word.', lastHeard: NOW }) as const
    const said = (at: number, text: string) =>
      ({ incident: 7, at, actor: 'system', type: 'opened', text }) satisfies HistoryRow
    const changes = { records: [], members: [], gone: [], samples: [] }
    await store.transaction((tx) => insertTransitions(tx, [went(NOW + 1)]))
    await store.transaction((tx) => insertTransitions(tx, [went(NOW + 1), went(NOW + 2)], true))
    const transitions = await reader()
      .selectFrom('machine_transition')
      .select('at')
      .where('to_state', '=', 'dark')
      .orderBy('id')
      .execute()
    expect(transitions.map(({ at }) => at)).toEqual([NOW + 1, NOW + 2])
    await store.transaction((tx) => writeIncidents(tx, { ...changes, history: [said(NOW, 'a')] }))
    const again = [said(NOW, 'a'), said(NOW, 'b'), said(NOW + 1, 'a')]
    await store.transaction((tx) => writeIncidents(tx, { ...changes, history: again }, true))
    const history = await reader().selectFrom('incident_history').select(['at', 'payload']).orderBy('id').execute()
    expect(history.map(({ at, payload }) => `${at - NOW} ${payload}`)).toEqual([
      '0 {"text":"a"}',
      '0 {"text":"b"}',
      '1 {"text":"a"}',
    ])
  })

  test('an event that is sent twice is stored once', async () => {
    const events: AgentEvent[] = [
      { id: 'v1', at: NOW, type: 'vitals', uptimeSeconds: 5 },
      { id: 'v2', at: NOW, type: 'vitals', uptimeSeconds: 6 },
    ]
    await client.deliver(1, events)
    await client.deliver(2, [...events, { id: 'v3', at: NOW, type: 'vitals', uptimeSeconds: 7 }])
    await client.deliver(3, [
      { id: 'v4', at: NOW, type: 'vitals', uptimeSeconds: 8 },
      { id: 'v4', at: NOW, type: 'vitals', uptimeSeconds: 8 },
    ])
    const rows = await reader().selectFrom('event').select('event_id').orderBy('seq').execute()
    expect(rows.map((r) => r.event_id)).toEqual(['v1', 'v2', 'v3', 'v4'])
  })

  test('a crash that comes again from one more source is one crash with what both say', async () => {
    await client.deliver(1, [crash('c1', NOW - MINUTE)])
    await client.deliver(2, [
      crash('c1', NOW - MINUTE, {
        sources: ['minidump'],
        culprit: { driver: 'csagent.sys', reason: 'module at the faulting address', confidence: 'high' },
      }),
    ])
    await client.deliver(3, [crash('c1', NOW - MINUTE)])
    const crashes = await reader().selectFrom('crash').selectAll().execute()
    expect(crashes).toHaveLength(1)
    expect(crashes[0]).toMatchObject({ stop_code: 0x50, culprit: 'csagent.sys', kind: 'bugcheck', count: 1 })
    const [event] = await reader().selectFrom('event').select('payload').execute()
    expect(JSON.parse(event?.payload ?? '')).toMatchObject({ sources: ['log-1001', 'minidump'] })
    const machine = await reader().selectFrom('machine').selectAll().executeTakeFirstOrThrow()
    expect(machine).toMatchObject({ last_crash_stop: 0x50, last_crash_culprit: 'csagent.sys', state: 'crashed' })
  })

  test('an older crash out of the log does not hide the latest', async () => {
    await client.deliver(1, [crash('new', NOW - MINUTE, { stopCode: '0x7e' })])
    await client.deliver(2, [crash('old', NOW - 1000 * MINUTE, { stopCode: '0xd1' })])
    const machine = await reader().selectFrom('machine').selectAll().executeTakeFirstOrThrow()
    expect(machine).toMatchObject({ last_crash_stop: 0x7e, last_crash_at: NOW - MINUTE })
  })

  test('components: what a machine has, and had from when to when', async () => {
    await client.deliver(1, [
      {
        id: 'i1',
        at: NOW - 30 * MINUTE,
        type: 'inventory',
        complete: ['sensor', 'content'],
        model: 'OptiPlex 3080',
        components: [
          { kind: 'sensor', name: 'falcon', version: '7.16.18605' },
          { kind: 'content', name: 'falcon/291', version: 'c1' },
          { kind: 'driver', name: 'old.sys', version: '1' },
        ],
      },
    ])
    await client.deliver(2, [
      {
        id: 'x1',
        at: NOW - 10 * MINUTE,
        type: 'component-changed',
        kind: 'content',
        name: 'falcon/291',
        version: 'c2',
      },
    ])
    await client.deliver(3, [
      {
        id: 'i2',
        at: NOW - MINUTE,
        type: 'inventory',
        complete: ['sensor', 'content'],
        components: [
          { kind: 'content', name: 'falcon/291', version: 'c2', arrivedAt: NOW - 10 * MINUTE },
          { kind: 'sensor', name: 'defender', version: '4.18' },
        ],
      },
    ])
    const now = await reader()
      .selectFrom('machine_component')
      .innerJoin('component', 'component.id', 'component_id')
      .select(['kind', 'name', 'version', 'since', 'known_since_before'])
      .orderBy('kind')
      .execute()
    expect(now).toEqual([
      { kind: 'content', name: 'falcon/291', version: 'c2', since: NOW - 10 * MINUTE, known_since_before: 0 },
      { kind: 'driver', name: 'old.sys', version: '1', since: NOW - 30 * MINUTE, known_since_before: 1 },
      { kind: 'sensor', name: 'defender', version: '4.18', since: NOW - MINUTE, known_since_before: 1 },
    ])
    const had = await reader()
      .selectFrom('exposure')
      .innerJoin('component', 'component.id', 'component_id')
      .select(['name', 'version', 'since', 'until'])
      .where('until', 'is not', null)
      .orderBy('name')
      .execute()
    expect(had).toEqual([
      { name: 'falcon', version: '7.16.18605', since: NOW - 30 * MINUTE, until: NOW - MINUTE },
      { name: 'falcon/291', version: 'c1', since: NOW - 30 * MINUTE, until: NOW - 10 * MINUTE },
    ])
    const machine = await reader().selectFrom('machine').selectAll().executeTakeFirstOrThrow()
    expect(machine.model).toBe('OptiPlex 3080')
  })

  test('what came onto a new machine and was replaced within its first minutes has come; what it began with has not', async () => {
    const content = (n: number): AgentEvent => ({
      id: `x${n}`,
      at: NOW - (60 - 20 * n) * 1000,
      type: 'component-changed',
      kind: 'content',
      name: 'falcon/291',
      version: `c${n}`,
    })
    const components = [{ kind: 'content', name: 'falcon/291', version: 'c0' }] as const
    await client.deliver(1, [
      { id: 'i0', at: NOW - MINUTE, type: 'inventory', complete: ['content'], components: [...components] },
    ])
    await client.deliver(2, [content(1)])
    await client.deliver(3, [content(2)])
    const known = await reader().selectFrom('component').select(['id', 'version']).orderBy('version').execute()
    const received = await readReceived(
      reader(),
      known.map(({ id }) => id),
      { from: NOW - 60 * MINUTE, until: NOW + MINUTE },
    )
    const versionOf = new Map(known.map(({ id, version }) => [id, version]))
    expect(received.toSorted((a, b) => a.id - b.id).map(({ id, machines }) => [versionOf.get(id), machines])).toEqual([
      ['c1', 1],
      ['c2', 1],
    ])
  })

  test('a clock that is wrong is measured and corrected, and the own word of the agent kept', async () => {
    const ahead = 3 * 24 * 60 * MINUTE
    await client.deliver(1, [crash('c1', NOW - 5 * MINUTE + ahead)], Date.now() + ahead)
    const row = await reader().selectFrom('event').selectAll().executeTakeFirstOrThrow()
    expect(row.agent_at).toBe(NOW - 5 * MINUTE + ahead)
    expect(Math.abs(row.at - (NOW - 5 * MINUTE))).toBeLessThan(5_000)
    expect(row.at).toBeLessThanOrEqual(row.received_at)
  })

  test('nothing happens in the future, and a year-old log keeps its times', async () => {
    const year = 365 * 24 * 60 * MINUTE
    await client.deliver(1, [crash('future', NOW + year), crash('old', NOW - 3 * year), crash('never', 5)])
    const rows = await reader().selectFrom('event').selectAll().orderBy('event_id').execute()
    const [future, never, old] = rows
    expect(future?.at).toBe(future?.received_at)
    expect(never?.at).toBe(never?.received_at)
    expect(old?.at).toBe(NOW - 3 * year)
  })

  test('a restart finds machines, states and boots again', async () => {
    const boot = (n: number): AgentEvent => ({
      id: `b${n}`,
      at: NOW - n * MINUTE,
      type: 'boot',
      bootId: `boot-${n}`,
      start: 'cold',
      previous: { end: 'bugcheck' },
    })
    await client.deliver(1, [boot(9), boot(6), boot(3)])
    const { machine } = client.identity
    expect(collector.context.fleet.byUid(machine)?.state).toBe('boot-loop')
    await collector.close()
    collector = await start()
    const known = collector.context.fleet.byUid(machine)
    expect(known?.state).toBe('boot-loop')
    expect(known?.uncleanBoots).toHaveLength(3)
    const transitions = await reader().selectFrom('machine_transition').select('to_state').orderBy('id').execute()
    expect(transitions.map((t) => t.to_state)).toContain('boot-loop')
  })

  test('a machine that enrols again with its key keeps its id, also under another name in another practice', async () => {
    const first = await enrolByKey(collector.url, await token(), { computerName: 'OLD' })
    const second = await enrolByKey(collector.url, await token('A81002'), { computerName: 'NEW' }, first.key)
    expect(second.machine).toBe(first.machine)
    const row = await reader()
      .selectFrom('machine')
      .innerJoin('practice', 'practice.id', 'practice_id')
      .select(['machine.name', 'code'])
      .where('uid', '=', first.machine)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ name: 'NEW', code: 'A81002' })
  })

  test('computers of one image are machines of their own, told apart by their boards', async () => {
    const fingerprint = 'd'.repeat(64)
    const [one, two] = ['1'.repeat(64), '2'.repeat(64)]
    const first = await enrol(collector.url, await token(), { fingerprint, hardware: one, computerName: 'PC-1' })
    const second = await enrol(collector.url, await token(), { fingerprint, hardware: two, computerName: 'PC-2' })
    expect(second.machine).not.toBe(first.machine)
    ;(await WireClient.open(collector.url, first)).socket.terminate()
    ;(await WireClient.open(collector.url, second)).socket.terminate()
  })

  test('a report of a machine’s disk by another computer leaves the machine its own secret', async () => {
    const fingerprint = 'b'.repeat(64)
    const own = await enrol(collector.url, await token(), { fingerprint, computerName: 'DEAD' })
    const said = { fingerprint, computerName: 'DEAD', onBehalf: true }
    await expect(enrol(collector.url, await token(), said)).rejects.toThrow('401')
    const report = await enrol(collector.url, await forReports(), said)
    expect(report.machine).toBe(own.machine)
    await expect(enrol(collector.url, await forReports(), { fingerprint, computerName: 'DEAD' })).rejects.toThrow('401')
    for (const identity of [report, own]) (await WireClient.open(collector.url, identity)).socket.terminate()
    await collector.context.store.db
      .updateTable('machine_identity')
      .set({ report_expires_at: Date.now() - 1 })
      .execute()
    await expect(WireClient.open(collector.url, report)).rejects.toThrow('401')
    ;(await WireClient.open(collector.url, own)).socket.terminate()
  })

  test('a machine that is first heard of by such a report enrols as itself later', async () => {
    const fingerprint = 'c'.repeat(64)
    const said = { fingerprint, computerName: 'DEAD', onBehalf: true }
    const report = await enrol(collector.url, await forReports(), said)
    const own = await enrol(collector.url, await token(), { fingerprint, computerName: 'DEAD' })
    expect(own.machine).toBe(report.machine)
    for (const identity of [report, own]) (await WireClient.open(collector.url, identity)).socket.terminate()
  })

  test('values at the edges of the schema are stored, and hold nobody up', async () => {
    const long = 'ß'.repeat(200)
    const at = 253_402_300_799_999
    await client.deliver(1, [
      crash('x'.repeat(80), at, {
        stopCode: '0xffffffffffffffff',
        parameters: ['0xffffffffffffffff'],
        count: Number.MAX_SAFE_INTEGER,
        process: '\ud800',
        culprit: { driver: long, reason: 'ß'.repeat(1000), confidence: 'low' },
      }),
      {
        id: 'i',
        at: 0,
        type: 'inventory',
        complete: [],
        components: [{ kind: 'app', name: long, version: '9'.repeat(200) }],
      },
      { id: 'd', at, type: 'disk-falling', freeBytes: Number.MAX_SAFE_INTEGER, bytesPerHour: 0 },
    ])
    const rows = await reader().selectFrom('crash').selectAll().execute()
    expect(rows).toMatchObject([{ stop_code: null, count: 0x7fffffff, culprit: long }])
    expect(await reader().selectFrom('event').select('seq').execute()).toHaveLength(3)
  })

  test('a machine that says a new name in its hello has it; its practice is what enrolment said', async () => {
    const renamed = await WireClient.connect(collector.url, client.identity, {
      computerName: 'RENAMED',
      site: 'B99999',
      agent: { version: '0.2.0', platform: 'win32-x64' },
    })
    await renamed.deliver(1, [{ id: 'v', at: NOW, type: 'vitals', uptimeSeconds: 1 }])
    await collector.context.enrolment.settled()
    const row = await reader()
      .selectFrom('machine')
      .innerJoin('practice', 'practice.id', 'practice_id')
      .select(['machine.name', 'code', 'agent_version'])
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ name: 'RENAMED', code: 'A81001', agent_version: '0.2.0' })
    expect(collector.context.fleet.byUid(client.identity.machine)?.name).toBe('RENAMED')
  })

  test('an enrolment token works as often as it says, until it expires or is revoked', async () => {
    const { enrolment } = collector.context
    const once = await enrolment.createToken({ name: 'once', site: null, days: 1, maxUses: 1, createdBy: 'test' })
    await enrol(collector.url, once.secret)
    await expect(enrol(collector.url, once.secret)).rejects.toThrow('401')
    const expired = await enrolment.createToken({ name: 'old', site: null, days: -1, maxUses: null, createdBy: 'test' })
    await expect(enrol(collector.url, expired.secret)).rejects.toThrow('401')
    const revoked = await enrolment.createToken({ name: 'gone', site: null, days: 1, maxUses: null, createdBy: 'test' })
    await enrolment.revokeToken(revoked.row.id)
    await expect(enrol(collector.url, revoked.secret)).rejects.toThrow('401')
    await expect(enrol(collector.url, 'x'.repeat(43))).rejects.toThrow('401')
  })
})
