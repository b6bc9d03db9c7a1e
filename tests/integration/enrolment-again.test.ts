import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import type { Collector } from '@pumphandle/collector'
import { openStore } from '@pumphandle/collector/store'
import type { Client } from '@pumphandle/shared/client'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { ensurePractice } from '../../packages/collector/src/store/practices.ts'
import { moveMachines } from '../../packages/collector/src/store/retirement.ts'
import { makeAgentWorld } from '../support/agent-process.ts'
import { collectorOn } from '../support/collector.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, enrolByKey, WireClient } from '../support/wire-client.ts'

// What happens at the edges of an enrolment: an answer that is lost, a place that is not the token's, a move at the same moment.

let database: TestDatabase
let collector: Collector

describe.each(DATABASE_KINDS)('on %s', (kind) => {
  beforeEach(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    collector = await collectorOn(database)
  })
  afterEach(async () => {
    await collector.close()
    await database.drop()
  })

  const token = async (site: string | null, maxUses: number): Promise<string> =>
    (await collector.context.enrolment.createToken({ name: 't', site, days: 1, maxUses, createdBy: 't' })).secret
  const uses = async () => (await collector.context.enrolment.tokens()).map((row) => row.uses)

  test('whoever was refused has not used the token up', async () => {
    const secret = await token('A81001,A81002', 1)
    for (const site of ['A81003', undefined, 'A81003'])
      await expect(enrolByKey(collector.url, secret, site === undefined ? {} : { site })).rejects.toThrow('401')
    expect(await uses()).toEqual([0])
    await enrolByKey(collector.url, secret, { site: 'A81002' })
    expect(await uses()).toEqual([1])
    await expect(enrolByKey(collector.url, secret, { site: 'A81002' })).rejects.toThrow('401')
  })

  test('the page has the practice of a machine from its answer on, also where the machine made it', async () => {
    const admin: Client = await firstAdmin(collector)
    const secret = await token(null, 20)
    for (let n = 0; n < 20; n++) {
      const { machine } = await enrol(collector.url, secret, { site: `B${81000 + n}` })
      const found = await admin.call('machine', { path: { id: machine } })
      expect(found.machine.practice?.code).toBe(`B${81000 + n}`)
    }
  })

  test('a machine that enrols again and says no place stays where it is', async () => {
    const first = await enrolByKey(collector.url, await token('A81001', 1))
    await enrolByKey(collector.url, await token(null, 1), {}, first.key)
    const { fleet, book } = collector.context
    expect(book.byId(fleet.byUid(first.machine)?.site ?? 0)?.code).toBe('A81001')
  })
})

test('a move is not undone by a hello at the same moment', async () => {
  database = await emptyDatabase('postgres', inject('pgUrl'))
  collector = await collectorOn(database)
  const other = await openStore({ kind: 'postgres', url: database.address })
  try {
    const made = { name: 't', site: 'A81001', days: 1, maxUses: 1, createdBy: 't' }
    const identity = await enrol(collector.url, (await collector.context.enrolment.createToken(made)).secret)
    const id = collector.context.fleet.byUid(identity.machine)?.id ?? 0
    const to = await other.transaction((tx) => ensurePractice(tx, 'B82002'))
    const client = await other.transaction(async (tx) => {
      await moveMachines(tx, [id], to)
      // its new name waits for the move
      const connected = await WireClient.connect(collector.url, identity, { computerName: 'NEW-NAME' })
      await eventually(async () => {
        const waiting = await sql`select 1 from pg_stat_activity where wait_event_type = 'Lock'
          and datname = current_database()`.execute(other.reader)
        // what else is written of it waits too
        expect(waiting.rows).not.toHaveLength(0)
      })
      return connected
    })
    await eventually(() => expect(collector.context.fleet.byId(id)).toMatchObject({ name: 'NEW-NAME', site: to.id }))
    client.socket.terminate()
  } finally {
    await other.close()
    await collector.close()
    await database.drop()
  }
})

describe('an answer that is lost on the way', () => {
  let line: Server
  beforeEach(async () => {
    database = await emptyDatabase('sqlite', inject('pgUrl'))
    collector = await collectorOn(database)
    let answers = 0
    line = createServer((near) => {
      const far = connect(Number(new URL(collector.url).port), '127.0.0.1')
      near.pipe(far)
      near.on('error', () => far.destroy())
      far.on('error', () => near.destroy())
      far.on('close', () => near.destroy())
      far.on('data', (data: Buffer) => {
        // what the first one is told gets no further than here
        if (answers++ === 0) near.destroy()
        else near.write(data)
      })
    }).listen(0, '127.0.0.1')
    await once(line, 'listening')
  })
  afterEach(async () => {
    await collector.close()
    line.close()
    await database.drop()
  })

  test('costs no second use of the token, and makes no second machine', async () => {
    const world = makeAgentWorld()
    try {
      const made = { name: 't', site: 'A81001', days: 1, maxUses: 1, createdBy: 't' }
      const { secret } = await collector.context.enrolment.createToken(made)
      world.start('--collector', `http://127.0.0.1:${(line.address() as AddressInfo).port}`, '--token', secret)
      await eventually(() => expect([...collector.context.fleet.machines()].map((m) => m.connected)).toEqual([true]))
      expect(await collector.context.enrolment.tokens()).toMatchObject([{ uses: 1 }])
    } finally {
      world.remove()
    }
  })
})
