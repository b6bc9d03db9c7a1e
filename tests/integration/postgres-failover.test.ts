import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { openStore } from '@pumphandle/collector/store'
import { afterEach, beforeEach, expect, test } from 'vitest'
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
