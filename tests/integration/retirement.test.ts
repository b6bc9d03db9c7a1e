import { createHash } from 'node:crypto'
import type { Collector } from '@pumphandle/collector'
import { newApiToken } from '@pumphandle/collector/people'
import { type Client, createClient } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { collectorOn } from '../support/collector.ts'
import { DATABASE_KINDS, emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

const print = (of: string) => createHash('sha256').update(of).digest('hex')
const crash = (id: string): AgentEvent => ({ id, at: Date.now(), type: 'crash', kind: 'bugcheck', stopCode: '0x50' })

describe.each(DATABASE_KINDS)('machines that are replaced, on %s', (kind) => {
  let database: TestDatabase
  let collector: Collector
  let client: Client
  let token: string
  let machines: Identity[]

  async function start(): Promise<void> {
    collector = await collectorOn(database)
    const { secret } = await newApiToken(collector.context.store, systemClock, {
      name: 'x',
      scope: 'admin',
      days: 1,
      createdBy: 't',
    })
    client = createClient({ url: collector.url, token: secret })
  }
  beforeEach(async () => {
    database = await emptyDatabase(kind, inject('pgUrl'))
    await start()
    token = (
      await collector.context.enrolment.createToken({
        name: 't',
        site: 'A81001',
        days: 1,
        maxUses: null,
        createdBy: 't',
      })
    ).secret
    machines = []
    for (const name of ['PC-1', 'PC-2', 'PC-3'])
      machines.push(await enrol(collector.url, token, { computerName: name, fingerprint: print(name) }))
  })
  afterEach(async () => {
    await collector.close()
    await database.drop()
  })

  const listed = async (q = '') => {
    const page = await client.call('machines', { query: { q, facets: '1' } })
    return page.items.map((machine) => machine.name).toSorted()
  }
  const counted = async () => (await client.call('overview')).machines

  test('go out of counts and lists by a query, stay out, and come back by a person or by themselves', async () => {
    const there = await WireClient.connect(collector.url, machines[0] as Identity, { computerName: 'PC-1' })
    await eventually(async () => expect(await listed()).toEqual(['PC-1', 'PC-2', 'PC-3']))
    // a name in it says nothing of what stands in for it
    const why = `replaced in July, beside ${machines[0]?.machine}`
    await expect(client.call('machinesRetire', { body: { q: ' ', why } })).rejects.toThrow('Say which machines')
    // the one that is connected is there, and stays
    expect(await client.call('machinesRetire', { body: { q: 'practice:A81001', why } })).toEqual({
      retired: 2,
      connected: 1,
    })
    expect(await listed()).toEqual(['PC-1'])
    expect(await counted()).toBe(1)
    await there.close()
    await collector.close()
    await start()
    expect(await counted()).toBe(1)
    expect(await listed()).toEqual(['PC-1'])
    const { items, total } = await client.call('retiredMachines')
    expect(total).toBe(2)
    expect(items.map((item) => item.name).toSorted()).toEqual(['PC-2', 'PC-3'])
    expect(items[0]).toMatchObject({ why, practice: 'A81001' })
    expect((await client.call('machine', { path: { id: items[0]?.id ?? '' } })).retired).toMatchObject({
      why,
      as: null,
    })

    const id = (n: number) => machines[n]?.machine ?? ''
    expect(await client.call('machinesReturn', { body: { ids: [id(1)] } })).toEqual({ returned: 1 })
    const back = await WireClient.connect(collector.url, machines[2] as Identity, { computerName: 'PC-3' })
    await back.deliver(1, [crash('a')])
    expect(await counted()).toBe(3)
    await eventually(async () => expect(await listed()).toEqual(['PC-1', 'PC-2', 'PC-3']))
    await back.close()
  })

  test('one that was re-imaged takes the place of its older self, and its history can be deleted', async () => {
    const [first] = machines as [Identity]
    const client1 = await WireClient.connect(collector.url, first, { computerName: 'PC-1' })
    await client1.deliver(1, [crash('old')])
    await client1.close()
    // a moment ago it was heard: it may be another one of that name
    await enrol(collector.url, token, { computerName: 'PC-1', fingerprint: print('another') })
    expect(await counted()).toBe(4)
    const machine = collector.context.fleet.byUid(first.machine)
    if (machine) machine.lastHeard -= 3_600_000
    await enrol(collector.url, token, { computerName: 'PC-1', fingerprint: print('third') })
    expect(await counted()).toBe(4)
    const [old] = (await client.call('retiredMachines')).items
    expect(old).toMatchObject({ id: first.machine, why: expect.stringContaining('Enrolled anew as') })
    const { retired } = await client.call('machine', { path: { id: first.machine } })
    expect(retired?.as).toMatchObject({ name: 'PC-1' })
    expect(retired?.why).toContain(retired?.as?.id)
    expect(await client.call('machinesDelete', { body: { ids: [first.machine] } })).toEqual({ deleted: 1 })
    expect((await client.call('retiredMachines')).total).toBe(0)
    const { reader } = collector.context.store
    expect(await reader.selectFrom('event').select('event_id').execute()).toEqual([])
    expect(await reader.selectFrom('crash').select('event_id').execute()).toEqual([])
    // one that is not retired is never deleted
    expect(await client.call('machinesDelete', { body: { ids: [machines[1]?.machine ?? ''] } })).toEqual({ deleted: 0 })
  })

  test('a computer is found again by its board under a new Windows and name, but not by one that a whole series has', async () => {
    const [board, seriesBoard] = [print('board'), print('series')]
    const enrolled = (computerName: string, hardware: string) =>
      enrol(collector.url, token, { computerName, fingerprint: print(`guid of ${computerName}`), hardware })
    const { machine: uid } = await enrolled('DESK-1', board)
    for (const name of ['S-1', 'S-2']) await enrolled(name, seriesBoard)
    for (const machine of collector.context.fleet.machines()) machine.lastHeard -= 3_600_000
    const { machine: anew } = await enrolled('RECEPTION-1', board)
    await enrolled('S-3', seriesBoard)
    expect((await client.call('retiredMachines')).items).toMatchObject([{ id: uid, why: `Enrolled anew as ${anew}` }])
    await collector.context.identity.identities.settled()
    expect((await client.call('machine', { path: { id: anew } })).identity.notes).toMatchObject([
      { kind: 'again', text: expect.stringContaining(`DESK-1 (${uid})`) as string },
    ])
  })

  test('are found, brought back and deleted many at once, by what stands in their names, practices and reasons', async () => {
    const found = async (q: string) => {
      const { items, total } = await client.call('retiredMachines', { query: { q } })
      expect(items).toHaveLength(total)
      return items.map(({ name }) => name).toSorted()
    }
    await client.call('machinesRetire', { body: { q: 'name:PC-1 or name:PC-2', why: 'scrapped, 100%_sure' } })
    await client.call('machinesRetire', { body: { q: 'name:PC-3', why: 'lent' } })
    expect(await found('')).toEqual(['PC-1', 'PC-2', 'PC-3'])
    expect(await found('a81001 SCRAPPED')).toEqual(['PC-1', 'PC-2'])
    expect(await found('%_sure')).toEqual(['PC-1', 'PC-2'])
    expect(await found('pc_1')).toEqual([])
    // not all of them by nothing at all
    for (const body of [{}, { q: ' ' }]) {
      await expect(client.call('machinesDelete', { body })).rejects.toThrow('Say which retired machines')
      await expect(client.call('machinesReturn', { body })).rejects.toThrow('Say which retired machines')
    }
    expect(await client.call('machinesReturn', { body: { q: 'scrapped pc-2' } })).toEqual({ returned: 1 })
    expect(await listed()).toEqual(['PC-2'])
    expect(await client.call('machinesDelete', { body: { q: 'scrapped' } })).toEqual({ deleted: 1 })
    expect(await found('')).toEqual(['PC-3'])
  })

  test('silent for so many days go by a rule, and machines move between practices', async () => {
    const { fleet, retirement } = collector.context
    const machine = fleet.byUid(machines[1]?.machine ?? '')
    if (machine) machine.lastHeard -= 91 * 86_400_000
    expect(await retirement.retireSilent(90, Date.now() - 90 * 86_400_000)).toBe(1)
    expect(await counted()).toBe(2)
    expect(await client.call('machinesMove', { body: { q: 'name:PC-3', practice: 'A81002' } })).toEqual({ moved: 1 })
    await eventually(async () => expect(await listed('practice:A81002')).toEqual(['PC-3']))
    expect(await listed('practice:A81001')).toEqual(['PC-1'])
  })
})
