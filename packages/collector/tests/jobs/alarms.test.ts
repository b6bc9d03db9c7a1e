import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { CollectorHealth } from '@pumphandle/shared/api'
import { DAY, MINUTE } from '@pumphandle/shared/time'
import pino from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Alarms } from '../../src/jobs/alarms/alarms.ts'
import { Watchdog } from '../../src/jobs/alarms/watchdog.ts'
import { insertChannel, setChannelOutcome } from '../../src/store/channels.ts'
import type { Store } from '../../src/store/index.ts'
import { StillClock, tempStore } from '../serve/support/temp-store.ts'

const START = Date.UTC(2026, 0, 5, 10)
const log = pino({ level: 'silent' })

let store: Store
let drop: () => Promise<void>
let clock: StillClock
let server: Server
let url: string
let got: { path: string; body: string }[]
let status: number
let health: Pick<CollectorHealth, 'ok' | 'problems'>
let machines: { lastHeard: number; connected: boolean; clockSkewMs?: number; goodbye?: object }[]

beforeEach(async () => {
  clock = new StillClock(START)
  ;({ store, drop } = await tempStore())
  got = []
  status = 200
  health = { ok: true, problems: [] }
  machines = Array.from({ length: 40 }, () => ({ lastHeard: START, connected: true, clockSkewMs: 0 }))
  server = createServer((req, res) => {
    void text(req).then((body) => {
      got.push({ path: req.url ?? '', body })
      res.writeHead(status).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  fleet.blindUntil = 0
  server.close()
  await drop()
})

const fleet = {
  get connected() {
    return machines.filter((m) => m.connected).length
  },
  blindUntil: 0,
  machines: () => machines,
}
const make = (given: Partial<ConstructorParameters<typeof Alarms>[0]> = {}): Alarms =>
  new Alarms({
    store,
    clock,
    log,
    channels: { open: ({ url: address }) => ({ url: address, secret: '' }) },
    fleet: fleet as never,
    health: () => health as CollectorHealth,
    address: 'https://fleet.example',
    timeZone: () => 'Europe/London',
    ...given,
  })
const channel = (name: string) => insertChannel(store.db, { name, kind: 'webhook', url: `${url}/${name}`, enabled: 1 })
/** Minutes pass, and each is looked at. */
async function minutes(alarms: Alarms, n: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    clock.time += MINUTE
    for (const m of machines) if (m.connected) m.lastHeard = clock.time
    await alarms.run()
  }
}
const told = () => got.map(({ path, body }) => [path.slice(1), (JSON.parse(body) as { type: string }).type])

test('a trouble that lasts is told once to every channel, and once more when it is over', async () => {
  await channel('a')
  await channel('b')
  const alarms = make()
  await minutes(alarms, 5)
  expect(got).toEqual([])
  health = { ok: false, problems: [{ code: 'disk-full', title: 'The disk is full.', severity: 'error' }] }
  await minutes(alarms, 1)
  expect(got).toEqual([])
  await minutes(alarms, 5)
  expect(told().map(String).toSorted()).toEqual(['a,trouble', 'b,trouble'])
  expect(got[0]?.body).toContain('The disk is full.')
  health = { ok: true, problems: [] }
  await minutes(alarms, 4)
  expect(told().filter(([, type]) => type === 'trouble-over')).toHaveLength(2)
  await alarms.close()
})

test('a dead channel is told of by the others, and a warning of another kind is for the page', async () => {
  const dead = await channel('dead')
  await channel('alive')
  await setChannelOutcome(store.db, dead.id, null, 'teams.example answered 403')
  health = { ok: true, problems: [{ code: 'slow-store', title: 'Slow.', severity: 'warning' }] }
  const alarms = make()
  await minutes(alarms, 4)
  expect(told()).toEqual([['alive', 'trouble']])
  expect(got[0]?.body).toContain('“dead” (teams.example answered 403)')
  expect(alarms.problems.map(({ code }) => code)).toEqual([`channel-dead-${dead.id}`])
  await alarms.close()
})

test('what need not wake anybody waits for the end of quiet hours, and is not told at all where it is over by then', async () => {
  const options = JSON.stringify({ quiet: '09:00-11:00' })
  await insertChannel(store.db, { name: 'asleep', kind: 'webhook', url: `${url}/asleep`, enabled: 1, options })
  const ends = { code: 'certificate-ends', title: 'The certificate ends in 14 days; renew it.', severity: 'warning' }
  const mute = { code: 'backup-failed', title: 'The last backup failed.', severity: 'warning' }
  const deaf = { code: 'hears-nobody', title: 'No machine was heard for 6 minutes.', severity: 'error' }
  const problems = (...now: object[]) => (health = { ok: true, problems: now as typeof health.problems })
  const alarms = make()
  problems(ends, mute)
  await minutes(alarms, 4)
  expect(told()).toEqual([])
  problems(ends, deaf)
  await minutes(alarms, 4)
  // what is urgent says what it is where a telephone shows the title alone
  expect(got.map(({ body }) => (JSON.parse(body) as { title: string }).title)).toEqual([
    'Pumphandle itself is in trouble: No machine was heard for 6 minutes',
  ])
  clock.time = START + 61 * MINUTE
  problems(ends)
  await minutes(alarms, 4)
  expect(got.map(({ body }) => (JSON.parse(body) as { title: string }).title).slice(1)).toEqual([
    'Pumphandle itself is in trouble: The certificate ends in 14 days',
    'Trouble of Pumphandle itself is over. It was: No machine was heard for 6 minutes',
  ])
  await alarms.close()
})

test('what was told as a warning is told again when it becomes an error, and once when it is over', async () => {
  await channel('a')
  const ends = (severity: 'warning' | 'error', days: number) => {
    const title = `The certificate ends in ${days} days.`
    health = { ok: severity !== 'error', problems: [{ code: 'certificate-ends', title, severity }] }
  }
  const alarms = make()
  ends('warning', 14)
  await minutes(alarms, 30)
  expect(told()).toEqual([['a', 'trouble']])
  ends('error', 2)
  await minutes(alarms, 30)
  expect(told()).toEqual([
    ['a', 'trouble'],
    ['a', 'trouble'],
  ])
  expect(got[1]?.body).toContain('ends in 2 days')
  health = { ok: true, problems: [] }
  await minutes(alarms, 30)
  expect(told()).toHaveLength(3)
  expect(told()[2]).toEqual(['a', 'trouble-over'])
  await alarms.close()
})

test('a database that does not answer keeps nobody from being told', async () => {
  await channel('a')
  let answers = true
  const alarms = make({
    store: {
      get reader() {
        if (!answers) throw new Error('disk I/O error')
        return store.reader
      },
    },
  })
  await minutes(alarms, 1)
  answers = false
  health = { ok: false, problems: [{ code: 'unwritable', title: 'It cannot be written.', severity: 'error' }] }
  await minutes(alarms, 3)
  expect(told()).toEqual([['a', 'trouble']])
  await alarms.close()
})

test('a channel that cannot take it now is tried again, eight times at most', async () => {
  await channel('a')
  status = 503
  health = { ok: false, problems: [{ code: 'x', title: 'X.', severity: 'error' }] }
  const alarms = make()
  await minutes(alarms, 24 * 60)
  expect(got).toHaveLength(8)
  await alarms.close()
})

test('nobody is heard: told where many were connected, and not where they said goodbye in the evening', async () => {
  const alarms = make()
  await minutes(alarms, 1)
  for (const m of machines) m.connected = false
  await minutes(alarms, 6)
  expect(alarms.problems.map(({ code }) => code)).toEqual(['hears-nobody'])
  // a process that stood still for a while does not know that somebody is heard again
  fleet.blindUntil = clock.time + 2 * MINUTE + 1
  await minutes(alarms, 2)
  expect(alarms.problems.map(({ code }) => code)).toEqual(['hears-nobody'])
  for (const m of machines) m.goodbye = {}
  await minutes(alarms, 1)
  expect(alarms.problems).toEqual([])
  await alarms.close()
})

test('the clock that is wrong is the collector’s where most machines say so', async () => {
  const alarms = make()
  for (const m of machines.slice(0, 15)) m.clockSkewMs = 3600_000
  await minutes(alarms, 1)
  expect(alarms.problems).toEqual([])
  for (const m of machines) Object.assign(m, { lastHeard: clock.time, clockSkewMs: 600_000 })
  await minutes(alarms, 1)
  expect(alarms.problems[0]?.title).toBe(
    "The collector's clock is 10 minutes behind most machines' clocks; correct the time service of its computer.",
  )
  await alarms.close()
})

test('three machines are enough for a clock that is wrong by years, and not for one that is by minutes', async () => {
  const alarms = make()
  const skewed = async (clockSkewMs: number): Promise<string[]> => {
    machines = Array.from({ length: 3 }, () => ({ lastHeard: clock.time, connected: true, clockSkewMs }))
    await minutes(alarms, 1)
    return alarms.problems.map(({ title }) => title)
  }
  expect(await skewed(10 * MINUTE)).toEqual([])
  expect(await skewed(-730 * DAY)).toEqual([
    "The collector's clock is 730 days ahead of most machines' clocks; correct the time service of its computer.",
  ])
  await alarms.close()
})

test('the watchdog is asked while all is well, and not while something is wrong or the database is silent', async () => {
  let answers = true
  const ping = async () => {
    if (!answers) throw new Error('disk I/O error')
  }
  const watchdog = new Watchdog({
    store: { ping },
    clock,
    log,
    url: `${url}/ping/1234`,
    health: () => health as CollectorHealth,
  })
  await watchdog.run()
  expect(got.map(({ path }) => path)).toEqual(['/ping/1234'])
  health = { ok: false, problems: [{ code: 'x', title: 'X.', severity: 'error' }] }
  await watchdog.run()
  health = { ok: true, problems: [] }
  answers = false
  await expect(watchdog.run()).rejects.toThrow('disk I/O')
  expect(got).toHaveLength(1)
  await watchdog.close()
})
