import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { type Client, createClient } from '@pumphandle/shared/client'
import { type Clock, systemClock } from '@pumphandle/shared/clock'
import { DAY, MINUTE } from '@pumphandle/shared/time'
import type { AgentEvent } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, expect, inject, test } from 'vitest'
import { envOf, tlsOf } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { type FastClock, fastClock } from '../support/fast-clock.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

// A stolen token that is good for every practice, against a fleet that has been there for days: on real lines, over TLS.
// Only the clock is in a hurry.

const PRACTICES = 10
const PER_PRACTICE = 4
const INVENTED = 30
/** A minute is half a second, a heartbeat of a machine a tenth of one. */
const SPEED = 120
const BEAT_MS = 100
/** After a start nothing is judged for ten minutes; and what is found is told within one. */
const AWAKE_MS = 12 * MINUTE
const JUDGED_MS = 10 * MINUTE

/** A machine as the test plays it. */
interface Played {
  readonly identity: Identity
  client: WireClient
  boot: number
  batch: number
}

let database: TestDatabase
let clock: FastClock
let collector: Collector
let reader: Client
let fleet: Played[]
let invented: Played[]
/** Whose heart beats: all that are connected. */
let alive: Set<Played>
let beating: NodeJS.Timeout
beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  alive = new Set()
  const ago: Clock = { ...systemClock, now: () => systemClock.now() - 2 * DAY }
  await start(ago)
  const admin = await firstAdmin(collector)
  const identities: Identity[] = []
  for (let n = 0; n < PRACTICES; n++) {
    const site = siteOf(n)
    const { secret } = await admin.call('enrolmentTokenAdd', { body: { name: site, site } })
    for (let i = 0; i < PER_PRACTICE; i++) identities.push(await enrol(collector.url, secret))
  }
  const { secret } = await admin.call('enrolmentTokenAdd', { body: { name: 'any', anySite: true, maxUses: null } })
  const { secret: token } = await admin.call('tokenAdd', { body: { name: 'test', scope: 'read' } })
  fleet = await playAll(identities, ago)
  await end()

  clock = fastClock()
  // timers end as they were set: it hurries before there are any
  clock.hurry(SPEED)
  await start(clock)
  reader = createClient({ url: collector.url, token })
  beating = setInterval(() => {
    for (const { client } of alive) if (!client.closed) client.send({ type: 'heartbeat', sentAt: clock.now() })
  }, BEAT_MS)
  fleet = await playAll(identities, clock)
  await pass(AWAKE_MS)
  const made: Identity[] = []
  for (let i = 0; i < INVENTED; i++) made.push(await enrol(collector.url, secret, { site: siteOf(i % PRACTICES) }))
  invented = await playAll(made, clock)
})
afterEach(async () => {
  clearInterval(beating)
  await end()
  await database.drop()
})

async function end(): Promise<void> {
  for (const { client } of alive) client.socket.terminate()
  alive.clear()
  await collector.close()
}

const siteOf = (n: number): string => `A8${1000 + n}`

async function start(on: Clock): Promise<void> {
  collector = await startCollector(readConfig({ ...envOf(database), ...tlsOf(database) }), { clock: on })
}

/** Connects each, with what it has; the machines of one moment come one after the other. */
async function playAll(identities: readonly Identity[], on: Clock): Promise<Played[]> {
  const played: Played[] = []
  for (const identity of identities) {
    const machine: Played = { identity, client: await connect(identity, 1, on), boot: 1, batch: 0 }
    alive.add(machine)
    await tell(machine, {
      id: 'inventory',
      at: on.now(),
      type: 'inventory',
      complete: ['sensor', 'content'],
      components: [
        { kind: 'sensor', name: 'falcon', version: '7.16' },
        { kind: 'content', name: 'falcon/291', version: '2024-07-18T20:00Z' },
      ],
    })
    played.push(machine)
  }
  return played
}

/** In its n-th boot, after a blue screen from the second on. */
function connect(identity: Identity, n: number, on: Clock): Promise<WireClient> {
  const sentAt = on.now()
  const boot = { bootId: `boot-${n}`, startedAt: sentAt, previousEnd: n === 1 ? 'clean' : 'bugcheck' } as const
  return WireClient.connect(collector.url, identity, { sentAt, boot })
}

const tell = (machine: Played, event: AgentEvent): Promise<void> =>
  machine.client.deliver(++machine.batch, [event], clock?.now() ?? event.at)

async function takeBadContent(machines: readonly Played[]): Promise<void> {
  for (const machine of machines)
    await tell(machine, {
      id: 'update',
      at: clock.now(),
      type: 'component-changed',
      kind: 'content',
      name: 'falcon/291',
      version: '2024-07-19T04:09Z',
      previousVersion: '2024-07-18T20:00Z',
    })
}

async function crash(machines: readonly Played[]): Promise<void> {
  for (const machine of machines) {
    machine.client.socket.terminate()
    machine.client = await connect(machine.identity, ++machine.boot, clock)
    machine.batch = 0
    await tell(machine, {
      id: `crash-${machine.boot}`,
      at: clock.now(),
      type: 'crash',
      kind: 'bugcheck',
      stopCode: '0x50',
      culprit: { driver: 'csagent.sys', reason: 'module at the faulting address', confidence: 'high' },
      uptimeSeconds: 3600,
    })
  }
}

function pass(ms: number): Promise<void> {
  const until = clock.now() + ms
  return eventually(() => expect(clock.now()).toBeGreaterThan(until))
}

/** What is said of components; a machine that fails twice is its own matter. */
const ofComponents = async () =>
  (await reader.call('incidents', { query: {} })).items.filter((incident) => incident.cause !== null)

test('machines of a stolen token raise nothing, and hide nothing: ten honest ones are heard beside thirty', async () => {
  await takeBadContent(invented)
  await pass(MINUTE)
  await crash(invented.slice(0, INVENTED / 2))
  await pass(JUDGED_MS)
  expect(await ofComponents()).toEqual([])

  // the other half say that they have it and are well
  await takeBadContent(fleet.filter((_, i) => i % 2 === 0))
  await pass(MINUTE)
  await crash(fleet.filter((_, i) => i % 4 === 0))
  await eventually(async () => expect(await ofComponents()).toHaveLength(1))
  const [incident] = await ofComponents()
  expect(incident?.cause?.key).toBe('content:falcon/291@2024-07-19T04:09Z')
  // those that were made up are listed, and do not count
  await eventually(async () => {
    const { standing } = await reader.call('incident', { path: { id: String(incident?.id) } })
    expect(standing).toEqual({ failed: 25, established: 10, lately: 0, origins: 0 })
  })
})
