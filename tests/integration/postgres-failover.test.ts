import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collector, readConfig, startBrain, startCollector, startEdge } from '@pumphandle/collector'
import { openStore } from '@pumphandle/collector/store'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Candidate } from '../../packages/collector/src/store/claims/brain.ts'
import { readCopies } from '../../packages/collector/src/store/cluster/brain.ts'
import { eventually } from '../support/eventually.ts'
import { type PostgresPair, startPostgresPair } from '../support/postgres-pair.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

let pair: PostgresPair
let dataDir: string
let collector: Collector | undefined

beforeEach(async () => {
  pair = await startPostgresPair()
  dataDir = mkdtempSync(join(tmpdir(), 'pumphandle-failover-'))
})
afterEach(async () => {
  await collector?.close()
  collector = undefined
  await pair.stop()
  rmSync(dataDir, { recursive: true, force: true })
})

const vitals = (id: string) => ({ id, at: Date.now(), type: 'vitals', uptimeSeconds: 1 }) as const

test('what was acknowledged before the primary was lost is there, and it goes on at the server that takes writes', async () => {
  const hosts = pair.servers.map((server) => new URL(server).host)
  collector = await startCollector(
    readConfig({
      PUMPHANDLE_PORT: '0',
      PUMPHANDLE_DATA: dataDir,
      // the one that takes no writes comes first
      PUMPHANDLE_DATABASE: `postgres://postgres@${hosts.reverse().join(',')}/postgres?target_session_attrs=read-write`,
      PUMPHANDLE_LOG_LEVEL: 'silent',
    }),
  )
  const { enrolment } = collector.context
  const { secret } = await enrolment.createToken({ name: 't', site: 'A81001', days: 1, maxUses: null, createdBy: 't' })
  const client = await WireClient.connect(collector.url, await enrol(collector.url, secret))
  await client.deliver(1, [vitals('before')])
  await pair.failOver()
  await client.deliver(2, [vitals('after')])
  const store = await openStore({ kind: 'postgres', url: pair.servers[1] })
  const rows = await store.reader.selectFrom('event').select('event_id').orderBy('seq').execute()
  await store.close()
  expect(rows.map((row) => row.event_id)).toEqual(['before', 'after'])
  await eventually(async () => expect((await fetch(`${collector?.url}/readyz`)).status).toBe(200))
})

test('a synchronous standby that is away holds up acks and nothing else: the brain stays, says why, and all goes on with it', async () => {
  const as = (role: string) =>
    readConfig({
      PUMPHANDLE_ROLE: role,
      PUMPHANDLE_PORT: '0',
      PUMPHANDLE_DATA: dataDir,
      PUMPHANDLE_DATABASE: pair.servers[0],
      PUMPHANDLE_LOG_LEVEL: 'silent',
    })
  const brain = await startBrain(as('brain'))
  const { enrolment, health, store } = await brain.active
  const other = await startBrain(as('brain'))
  const edge = await startEdge(as('edge'))
  try {
    await eventually(async () => expect((await fetch(`${edge.url}/api/v1/overview`)).status).toBe(401))
    const made = { name: 't', site: 'A81001', days: 1, maxUses: null, createdBy: 't' }
    const client = await WireClient.connect(edge.url, await enrol(edge.url, (await enrolment.createToken(made)).secret))
    await client.deliver(1, [vitals('before')])
    const termOf = async () =>
      (await store.reader.selectFrom('brain_term').select('term').executeTakeFirstOrThrow()).term
    const term = await termOf()
    const comeBack = await pair.killStandby()
    client.sendEvents(2, [vitals('meanwhile')])
    // the other brain would take over from one that is silent for six seconds
    await eventually(async () => {
      expect(health().problems.map(({ code }) => code)).toContain('standby-away')
      expect((await readCopies(store.reader)).waitsMs).toBeGreaterThan(9_000)
    })
    expect(client.frames.some((frame) => frame.type === 'ack' && frame.batch === 2)).toBe(false)
    expect((await fetch(`${edge.url}/api/v1/overview`)).status).toBe(401)
    await comeBack()
    await client.until(() => client.frames.some((frame) => frame.type === 'ack' && frame.batch === 2))
    expect(await termOf()).toBe(term)
    await eventually(() => expect(health().problems.map(({ code }) => code)).not.toContain('standby-away'))

    // the active one is lost meanwhile: another takes over, and answers pages, before the standby server is back
    const comeBackAgain = await pair.killStandby()
    const claim = await new Candidate(pair.servers[0], 'short-lived').take('http://127.0.0.1:1', true)
    expect(claim?.term).toBeGreaterThan(term)
    await claim?.release()
    await other.active
    await eventually(async () => expect((await fetch(`${edge.url}/api/v1/overview`)).status).toBe(401))
    expect(await brain.ended).toBe(1)
    await comeBackAgain()
  } finally {
    await edge.close()
    await other.close()
    await brain.close()
  }
})

test('a crash whose commit waits for the standby longer than its answer is waited for is known to who judges, once', async () => {
  const running = await startCollector(
    readConfig({
      PUMPHANDLE_PORT: '0',
      PUMPHANDLE_DATA: dataDir,
      PUMPHANDLE_DATABASE: pair.servers[0],
      PUMPHANDLE_LOG_LEVEL: 'silent',
    }),
  )
  collector = running
  const { enrolment, fleet, store } = running.context
  const made = { name: 't', site: 'A81001', days: 1, maxUses: null, createdBy: 't' }
  const identity = await enrol(running.url, (await enrolment.createToken(made)).secret)
  const client = await WireClient.connect(running.url, identity)
  await client.deliver(1, [vitals('before')])
  const comeBack = await pair.killStandby()
  client.sendEvents(2, [{ id: 'c', at: Date.now(), type: 'crash', kind: 'bugcheck', stopCode: '0x50' }])
  // given up, and tried again
  await eventually(() => expect(store.fault).toBeDefined())
  await comeBack()
  await client.until(() => client.frames.some((frame) => frame.type === 'ack' && frame.batch === 2))
  await eventually(() => expect(fleet.byUid(identity.machine)?.bugcheck?.stop).toBe('0x50'))
})
