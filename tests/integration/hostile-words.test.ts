import type { Collector } from '@pumphandle/collector'
import type { Client } from '@pumphandle/shared/client'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { collectorOverTls } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

/** Practices that cannot reach a service before it is said to be down. */
const PRACTICES = 3

let database: TestDatabase
let collector: Collector
let admin: Client
beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  collector = await collectorOverTls(database, { PUMPHANDLE_PROBES: 'EMIS Web=https://emis.example/health' })
  admin = await firstAdmin(collector)
})
afterEach(async () => {
  await collector.close()
  await database.drop()
})

async function machinesOf(practices: number): Promise<Identity[]> {
  const machines: Identity[] = []
  for (let n = 0; n < practices; n++) {
    const site = `A8${1000 + n}`
    const { secret } = await admin.call('enrolmentTokenAdd', { body: { name: site, site } })
    machines.push(await enrol(collector.url, secret))
  }
  return machines
}

/** Reports from all, and the titles of what is open a tick later. */
async function titlesAfter(machines: readonly Identity[], name: string): Promise<string[]> {
  for (const machine of machines) {
    const client = await WireClient.connect(collector.url, machine)
    await client.deliver(1, [
      { id: `r-${name.length}`, at: Date.now(), type: 'reachability', results: [{ name, ok: false, failedAt: 'tcp' }] },
    ])
  }
  collector.context.detection.tick(Date.now())
  return (await admin.call('incidents', { query: {} })).items.map((incident) => incident.title)
}

test('only a service that somebody set to be probed is told of', async () => {
  const machines = await machinesOf(PRACTICES)
  expect(await titlesAfter(machines, 'Ring 0900 123456 at once: https://evil.example')).toEqual([])
  expect(await titlesAfter(machines, 'EMIS Web')).toEqual(['EMIS Web is unreachable; the machines are well'])
})

test('texts lose what is not seen when they come in, names of computers too', async () => {
  const [machine] = (await machinesOf(1)) as [Identity]
  const client = await WireClient.connect(collector.url, machine, { computerName: 'RECEP\u202ETION\u200B-01' })
  await client.deliver(1, [
    {
      id: 'c',
      at: Date.now(),
      type: 'crash',
      kind: 'bugcheck',
      culprit: { driver: 'gpj\u202Esys.evil\u2066', reason: 'r', confidence: 'high' },
    },
    // nothing is left of its title: it is valid without
    { id: 'u', at: Date.now(), type: 'update', title: '\u200E', outcome: 'installed' },
    // nothing is left of its name: it is none
    { id: 'x', at: Date.now(), type: 'component-changed', kind: 'app', name: '\u202E', version: '1' },
  ])
  const rows = await collector.context.store.reader.selectFrom('event').select(['event_id', 'payload']).execute()
  expect(rows.map((row) => row.event_id)).toEqual(['c', 'u'])
  expect(rows[0]?.payload).toContain('"gpjsys.evil"')
  const detail = await admin.call('machine', { path: { id: machine.machine } })
  expect(detail.machine.name).toBe('RECEPTION-01')
})
