import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { systemClock } from '@pumphandle/shared/clock'
import { SteadyClock } from '@pumphandle/shared/steady-clock'
import { DAY, HOUR } from '@pumphandle/shared/time'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { enrol, WireClient } from '../support/wire-client.ts'

const crash = (id: string): AgentEvent => ({ id, at: Date.now(), type: 'crash', kind: 'bugcheck', stopCode: '0x50' })

let database: TestDatabase
let collector: Collector
let clients: WireClient[]
let beating: NodeJS.Timeout
/** What the computer's clock is wrong by. */
let wrongBy: number
/** How much faster everything goes. */
let speed: number

beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  wrongBy = 0
  speed = 1
  let passed = 0
  let looked = performance.now()
  const watch = () => {
    const now = performance.now()
    passed += (now - looked) * speed
    looked = now
    return passed
  }
  const began = Date.now()
  const clock = new SteadyClock({ base: { ...systemClock, now: () => began + watch() + wrongBy }, watch })
  collector = await startCollector(
    readConfig({
      PUMPHANDLE_PORT: '0',
      PUMPHANDLE_DATA: database.dataDir,
      PUMPHANDLE_LOG_LEVEL: 'silent',
    }),
    { clock },
  )
  const { secret } = await collector.context.enrolment.createToken({
    name: 't',
    site: 'A81001',
    days: 1,
    maxUses: null,
    createdBy: 't',
  })
  const identities = await Promise.all([1, 2].map((i) => enrol(collector.url, secret, { computerName: `PC-${i}` })))
  clients = await Promise.all(identities.map((identity) => WireClient.connect(collector.url, identity)))
  beating = setInterval(() => {
    for (const client of clients) if (!client.closed) client.send({ type: 'heartbeat', sentAt: Date.now() })
  }, 100)
})
afterEach(async () => {
  clearInterval(beating)
  await collector.close()
  await database.drop()
})

const stateOf = (client: WireClient) => collector.context.fleet.byUid(client.identity.machine)?.state
const problems = () => collector.context.health().problems.map((problem) => problem.code)

test('two years ahead are said, and neither delete, blind nor blame', async () => {
  const [first] = clients as [WireClient]
  await first.deliver(1, [crash('kept')])
  const { blindUntil } = collector.context.fleet
  wrongBy = 730 * DAY
  await eventually(() => expect(problems()).toContain('clock-jumped'))
  await first.deliver(2, [crash('meanwhile')])
  wrongBy = 0
  await eventually(() => expect(problems()).not.toContain('clock-jumped'))
  const rows = await collector.context.store.reader.selectFrom('event').select(['event_id', 'received_at']).execute()
  expect(rows.map((row) => row.event_id)).toEqual(['kept', 'meanwhile'])
  expect(Math.max(...rows.map((row) => row.received_at))).toBeLessThan(Date.now() + DAY)
  expect(collector.context.fleet.blindUntil).toBe(blindUntil)
  expect(clients.map(stateOf)).not.toContain('dark')
})

test('after an hour back a machine that vanishes is dark as ever, and the others are not', async () => {
  wrongBy = -HOUR
  await eventually(() => expect(problems()).toContain('clock-jumped'))
  const [first, second] = clients as [WireClient, WireClient]
  second.socket.terminate()
  speed = 5
  await eventually(() => expect(stateOf(second)).toBe('dark'))
  expect(stateOf(first)).not.toBe('dark')
})
