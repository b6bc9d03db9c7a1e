import { createHash } from 'node:crypto'
import type { Collector } from '@pumphandle/collector'
import type { Client } from '@pumphandle/shared/client'
import { CLOSE } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import type { FleetMachine } from '../../packages/collector/src/fleet/machine.ts'
import { collectorOverTls } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

/** Who holds the connections: the collector's own process, or a gateway process where the system lets them share a port. */
const GATEWAYS = process.platform === 'linux' ? ['0', '1'] : ['0']
const FINGERPRINT = 'ab'.repeat(32)

let database: TestDatabase
let collector: Collector
let admin: Client
beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
})
afterEach(async () => {
  await collector.close()
  await database.drop()
})

async function start(gateways = '0'): Promise<void> {
  collector = await collectorOverTls(database, { PUMPHANDLE_GATEWAYS: gateways })
  admin = await firstAdmin(collector)
}
const tokenFor = (site: string) => admin.call('enrolmentTokenAdd', { body: { name: `for ${site}`, site } })
const connect = (identity: Identity) => WireClient.connect(collector.url, identity)

describe('a machine that was revoked is out', () => {
  test.each(GATEWAYS)('its open connection ends, its secret is worth nothing; %s gateways', async (gateways) => {
    await start(gateways)
    const { secret } = await tokenFor('A81001')
    const hostile = await enrol(collector.url, secret, { fingerprint: FINGERPRINT })
    const honest = await connect(await enrol(collector.url, secret))
    const client = await connect(hostile)
    // a connection that has not said hello yet, too
    const waiting = await WireClient.open(collector.url, hostile)
    expect(await admin.call('machineRevoke', { path: { id: hostile.machine }, body: {} })).toEqual({ revoked: 1 })
    expect(await client.closeCode()).toBe(CLOSE.unauthorised.code)
    waiting.send(waiting.hello())
    expect(await waiting.closeCode()).toBe(CLOSE.unauthorised.code)
    await expect(connect(hostile)).rejects.toThrow('401')
    await expect(enrol(collector.url, secret, { fingerprint: FINGERPRINT })).rejects.toThrow('401')
    await honest.deliver(1, [{ id: 'v', at: Date.now(), type: 'vitals', uptimeSeconds: 1 }])

    const { machine, revokedAt } = await admin.call('machine', { path: { id: hostile.machine } })
    expect(machine).toMatchObject({ state: 'offline' })
    expect(machine.stateReason).toMatch(/^Revoked at /)
    expect(revokedAt).not.toBeNull()
  })

  test('what it had made for copies of itself lets none in any more', async () => {
    await start()
    const { secret } = await tokenFor('A81001')
    const elsewhere = await tokenFor('A81002')
    const { fleet, identity } = collector.context
    const machineBy = async (token: string) => fleet.byUid((await enrol(collector.url, token)).machine) as FleetMachine
    const [hostile, honest] = [await machineBy(secret), await machineBy(elsewhere.secret)]
    const copyOf = async (machine: FleetMachine) => (await identity.ofMachines.tokenFor(machine)) ?? ''
    const [used, again, other] = [await copyOf(hostile), await copyOf(hostile), await copyOf(honest)]
    await enrol(collector.url, used)
    await admin.call('machineRevoke', { path: { id: hostile.uid }, body: {} })
    await expect(enrol(collector.url, again)).rejects.toThrow('401')
    await enrol(collector.url, other)
  })

  test('reinstated, it enrols again under its id; the old secret stays dead', async () => {
    await start()
    const { secret } = await tokenFor('A81001')
    const before = await enrol(collector.url, secret, { fingerprint: FINGERPRINT })
    const path = { id: before.machine }
    await admin.call('machineRevoke', { path, body: {} })
    await admin.call('machineReinstate', { path, body: {} })
    await expect(connect(before)).rejects.toThrow('401')
    const after = await enrol(collector.url, secret, { fingerprint: FINGERPRINT })
    expect(after.machine).toBe(before.machine)
    await connect(after)
    expect((await admin.call('machine', { path })).machine.state).toBe('healthy')
    const again = admin.call('machineReinstate', { path, body: {} })
    await expect(again).rejects.toMatchObject({ problem: { status: 409 } })
  })

  test('it stays out when the collector starts again', async () => {
    await start()
    const hostile = await enrol(collector.url, (await tokenFor('A81001')).secret)
    await admin.call('machineRevoke', { path: { id: hostile.machine }, body: {} })
    await collector.close()
    collector = await collectorOverTls(database)
    await expect(connect(hostile)).rejects.toThrow('401')
    expect(collector.context.fleet.byUid(hostile.machine)?.revokedAt).toBeDefined()
  })
})

describe('a machine that was invented, found out and revoked keeps no other out', () => {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const image = hash('machine GUID of an image')

  test('by the fingerprint of an image, which many computers have', async () => {
    await start()
    const { secret } = await tokenFor('A81001')
    const hostile = await enrol(collector.url, secret, { computerName: 'MADE-UP', fingerprint: image })
    await admin.call('machineRevoke', { path: { id: hostile.machine }, body: {} })
    for (const marks of [{ fingerprint: image, hardware: hash('board') }, { fingerprint: image }])
      await connect(await enrol(collector.url, secret, { computerName: 'RECEPTION-01', ...marks }))
    // what was revoked itself stays out
    const again = enrol(collector.url, secret, { computerName: 'MADE-UP', fingerprint: image })
    await expect(again).rejects.toThrow('401')
  })

  test('by all that another computer says of itself, however often', async () => {
    await start()
    const { secret } = await tokenFor('A81001')
    const marks = { computerName: 'RECEPTION-01', fingerprint: image, hardware: hash('board') }
    await enrol(collector.url, secret, marks)
    for (let n = 0; n < 21; n++) {
      const hostile = await enrol(collector.url, secret, marks)
      await admin.call('machineRevoke', { path: { id: hostile.machine }, body: {} })
    }
    // it was installed anew
    await connect(await enrol(collector.url, secret, marks))
    // and where nobody is left who says to be this computer, it was revoked
    await admin.call('practiceRevokeMachines', { path: { code: 'A81001' }, body: {} })
    await expect(enrol(collector.url, secret, marks)).rejects.toThrow('401')
  })
})

describe('many at once', () => {
  test('a token ends with every machine that it let in; others stay', async () => {
    await start()
    const [stolen, other] = [await tokenFor('A81001'), await tokenFor('A81001')]
    const hostile = await Promise.all([1, 2, 3].map(async () => connect(await enrol(collector.url, stolen.secret))))
    const honest = await connect(await enrol(collector.url, other.secret))
    const answer = await admin.call('enrolmentTokenRevokeMachines', { path: { id: stolen.id }, body: {} })
    expect(answer).toEqual({ revoked: 3 })
    expect(await Promise.all(hostile.map((c) => c.closeCode()))).toEqual(Array(3).fill(CLOSE.unauthorised.code))
    await expect(enrol(collector.url, stolen.secret)).rejects.toThrow('401')
    await honest.deliver(1, [{ id: 'v', at: Date.now(), type: 'vitals', uptimeSeconds: 1 }])
    const { items } = await admin.call('audit', { query: { limit: 1 } })
    expect(items[0]).toMatchObject({ action: 'enrolmentTokenRevokeMachines', detail: '3 machines' })
  })

  test('a practice ends, others stay', async () => {
    await start()
    const [here, there] = [await tokenFor('A81001'), await tokenFor('A81002')]
    const hostile = await connect(await enrol(collector.url, here.secret))
    const honest = await connect(await enrol(collector.url, there.secret))
    expect(await admin.call('practiceRevokeMachines', { path: { code: 'A81001' }, body: {} })).toEqual({ revoked: 1 })
    expect(await hostile.closeCode()).toBe(CLOSE.unauthorised.code)
    await honest.deliver(1, [{ id: 'v', at: Date.now(), type: 'vitals', uptimeSeconds: 1 }])
    expect(honest.closed).toBeUndefined()
  })
})
