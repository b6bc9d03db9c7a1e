import { newApiToken } from '@pumphandle/collector/people'
import { openStore } from '@pumphandle/collector/store'
import { createClient } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import type { AgentEvent } from '@pumphandle/shared/wire'
import pg from 'pg'
import { describe, expect, inject, type TestContext, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { type CollectorProcess, runCollector, SERVE, startCollectorProcess } from '../support/collector-process.ts'
import { type CuttableLine, cuttableLine } from '../support/cuttable.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

const crash = (id: string): AgentEvent => ({ id, at: Date.now(), type: 'crash', kind: 'bugcheck', stopCode: '0x50' })

/** A collector in a process of its own, over a database behind a line that can be cut. */
interface Given {
  readonly database: TestDatabase
  readonly line: CuttableLine
  readonly env: Record<string, string>
  readonly identity: Identity
  readonly token: string
  readonly collector: CollectorProcess
  readonly ready: () => Promise<number>
}

async function given(
  { onTestFinished }: Pick<TestContext, 'onTestFinished'>,
  main?: readonly string[],
): Promise<Given> {
  const database = await emptyDatabase('postgres', inject('pgUrl'))
  onTestFinished(() => database.drop())
  const line = await cuttableLine(database.address)
  onTestFinished(() => line.close())
  const here = await collectorOn(database)
  const { enrolment, store } = here.context
  const invitation = await enrolment.createToken({ name: 't', site: 'A81001', days: 1, maxUses: 1, createdBy: 't' })
  const identity = await enrol(here.url, invitation.secret)
  const { secret: token } = await newApiToken(store, systemClock, { name: 'x', scope: 'read', days: 1, createdBy: 't' })
  await here.close()
  const env = {
    PUMPHANDLE_DATA: database.dataDir,
    PUMPHANDLE_DATABASE: `postgres://postgres@127.0.0.1:${line.port}${new URL(database.address).pathname}`,
  }
  const collector = await startCollectorProcess(env, undefined, main)
  onTestFinished(() => collector.kill())
  const ready = async () => (await fetch(`${collector.url}/readyz`)).status
  return { database, line, env, identity, token, collector, ready }
}

const acked = (client: WireClient) => client.frames.filter((f) => f.type === 'ack').length

describe.concurrent('a PostgreSQL that goes away', () => {
  test('takes nobody along: what is sent meanwhile is stored when it is back', async (context) => {
    const { database, line, identity, token, collector, ready } = await given(context)
    const client = await WireClient.connect(collector.url, identity)
    // connections that are in use when they break, as often as it takes to hit one
    const admin = new pg.Client({ connectionString: database.address })
    await admin.connect()
    let sent = 0
    for (let round = 0; round < 12; round++) {
      const before = acked(client)
      for (let i = 0; i < 3; i++) client.sendEvents(++sent, [crash(`e-${sent}`)])
      await admin.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      await client.until(() => acked(client) === before + 3)
    }
    await admin.end()

    const page = createClient({ url: collector.url, token })
    // readers find out each for themselves that their connection was ended
    await eventually(async () => expect((await page.call('overview')).health).toMatchObject({ ok: true }))
    line.cut()
    client.sendEvents(++sent, [crash(`e-${sent}`)])
    await eventually(async () => expect(await ready()).toBe(503))
    // who was known a moment ago can read what is wrong
    expect((await page.call('overview')).health).toMatchObject({
      ok: false,
      problems: [{ code: 'store-away', severity: 'error', title: expect.stringContaining('does not answer') }],
    })
    line.mend()
    await client.until(() => acked(client) === sent)
    await eventually(async () => expect(await ready()).toBe(200))
    expect((await page.call('overview')).health).toMatchObject({ ok: true })
    const store = await openStore({ kind: 'postgres', url: database.address })
    const { n } = await store.reader
      .selectFrom('event')
      .select((e) => e.fn.countAll<number>().as('n'))
      .executeTakeFirstOrThrow()
    await store.close()
    expect(n).toBe(sent)
  })

  test('without a word is noticed, said, and does not keep the collector from ending', async (context) => {
    const { line, identity, collector, ready } = await given(context, SERVE)
    const client = await WireClient.connect(collector.url, identity)
    await client.deliver(1, [crash('e-1')])
    line.freeze()
    client.sendEvents(2, [crash('e-2')])
    await eventually(async () => expect(await ready()).toBe(503))
    expect(client.closed).toBeUndefined()
    line.mend()
    await client.until(() => acked(client) === 2)
    await eventually(async () => expect(await ready()).toBe(200))
    line.freeze()
    client.sendEvents(3, [crash('e-3')])
    await eventually(async () => expect(await ready()).toBe(503))
    expect(await collector.terminate()).not.toBeNull()
  })

  test('or another session that holds a machine’s row, keeps nobody from being known by the name that it says', async (context) => {
    const { database, identity, collector, ready } = await given(context)
    const holder = new pg.Client({ connectionString: database.address })
    await holder.connect()
    context.onTestFinished(() => holder.end())
    await holder.query('begin')
    await holder.query('select 1 from machine for no key update')
    const client = await WireClient.connect(collector.url, identity, { computerName: 'RENAMED-PC' })
    // whoever waits for a lock is sent away after five seconds
    await eventually(async () => expect(await ready()).toBe(503))
    expect(client.closed).toBeUndefined()
    client.sendEvents(1, [crash('e-1')])
    await holder.query('rollback')
    await client.until(() => acked(client) === 1)
    const names = async () => (await holder.query<{ name: string }>('select name from machine')).rows
    await eventually(async () => expect(await names()).toEqual([{ name: 'RENAMED-PC' }]))
    const { rowCount } = await holder.query("select 1 from machine_transition where to_state = 'dark'")
    expect(rowCount).toBe(0)
  })

  test('before the start is said in one sentence', async (context) => {
    const { line, env } = await given(context)
    line.freeze()
    const { code, stderr } = await runCollector(['--port', '0'], env)
    expect(code).toBe(1)
    expect(stderr).toMatch(/^The database at PUMPHANDLE_DATABASE does not open \(.*\); check that it runs/)
  })

  test('is read for searches while machines are in already, and pages wait for it', async (context) => {
    const { database, env, identity, token, collector } = await given(context)
    await collector.terminate()
    const admin = new pg.Client({ connectionString: database.address })
    await admin.connect()
    context.onTestFinished(() => admin.end())
    // questions that were kept are read with what searches are answered from
    await admin.query('begin; lock table saved_query in access exclusive mode')
    const again = await startCollectorProcess(env)
    context.onTestFinished(() => again.kill())
    const client = await WireClient.connect(again.url, identity)
    const list = createClient({ url: again.url, token }).call('machines', { query: {} })
    expect(await Promise.race([list, client.deliver(1, [crash('early')]).then(() => 'acknowledged')])).toBe(
      'acknowledged',
    )
    await admin.query('rollback')
    expect((await list).items).toHaveLength(1)
  })

  test('while it takes no writes does not keep a start’s pages waiting', async (context) => {
    const { database, env, token, collector } = await given(context)
    await collector.terminate()
    const admin = new pg.Client({ connectionString: database.address })
    await admin.connect()
    context.onTestFinished(() => admin.end())
    // a write that was cut off has to have its line in the audit log
    const row = [Date.now(), 'null']
    const begun =
      "insert into idempotency (key, actor, request_hash, status, created_at, body) values ('k', 't', '', 0, $1, $2)"
    await admin.query(begun, row)
    await admin.query('begin; lock table idempotency, audit in share mode')
    const again = await startCollectorProcess(env)
    context.onTestFinished(() => again.kill())
    const page = createClient({ url: again.url, token })
    expect((await page.call('overview')).machines).toBe(1)
    const { rows } = await admin.query('select status from idempotency')
    expect(rows).toEqual([{ status: 0 }])
    await admin.query('rollback')
  })
})
