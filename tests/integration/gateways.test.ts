import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { type Collector, StartError } from '@pumphandle/collector'
import type { LiveMessage } from '@pumphandle/shared/api'
import { openLive } from '@pumphandle/shared/client'
import { systemClock } from '@pumphandle/shared/clock'
import { ENROL_PATH } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { collectorOn, envOf } from '../support/collector.ts'
import { startCollectorProcess } from '../support/collector-process.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { firstAdmin } from '../support/signed-in.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

/** So many that the kernel gives all to one of two processes once in 32,768 runs. */
const MACHINES = 16
const GATEWAYS = 2
/** Wrong tokens of one address that are answered before it has to wait. */
const WRONG_TOKENS = 20

/** Gateway processes that a process started, from the kernel's account. */
/** A gateway's command, from source or as it is built. */
const GATEWAY = /gateway[/-]process[/-]main/

function gatewaysOf(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
  return children.filter((child) => GATEWAY.test(commandOf(child)))
}

/** Empty where the process is gone. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    return ''
  }
}

// sharing a port is the kernel's work, and /proc is how the test finds the processes
describe.skipIf(process.platform !== 'linux')('a collector with gateway processes', () => {
  let database: TestDatabase
  let collector: Collector | undefined
  beforeEach(async () => {
    database = await emptyDatabase('sqlite', inject('pgUrl'))
  })
  afterEach(async () => {
    await collector?.close()
    collector = undefined
    await database.drop()
  })
  const gateways = { PUMPHANDLE_GATEWAYS: String(GATEWAYS) }

  async function start(): Promise<Collector> {
    collector = await collectorOn(database, gateways)
    return collector
  }

  async function enrolAll({ url, context }: Collector): Promise<Identity[]> {
    const token = await context.enrolment.createToken({
      name: 't',
      site: 'A81001',
      days: 1,
      maxUses: null,
      createdBy: 'test',
    })
    return Promise.all(Array.from({ length: MACHINES }, () => enrol(url, token.secret)))
  }

  test('who is not known yet is told to come again, and not to stay away, while no machine is known at all', async () => {
    // a collector on a new computer, whose backup is not in its place yet
    const { url, context } = await start()
    const lost = { machine: '01J340G1M0T8Q6ZJ5B2W3X4Y5Z', secret: 'x'.repeat(43) }
    await expect(WireClient.open(url, lost)).rejects.toThrow('503')
    await enrolAll({ url, context } as Collector)
    await expect(WireClient.open(url, lost)).rejects.toThrow('401')
  })

  test('machines enrol, connect through either process, and have their events acknowledged', async () => {
    const { url, context } = await start()
    const machines = await enrolAll({ url, context } as Collector)
    const clients = await Promise.all(machines.map((m) => WireClient.connect(url, m)))
    const at = Date.now()
    await Promise.all(
      clients.map((c) =>
        c.deliver(1, [{ id: 'b', at, type: 'boot', bootId: '1', start: 'cold', previous: { end: 'clean' } }]),
      ),
    )
    expect(context.fleet.connected).toBe(MACHINES)
    expect(context.ingest.stored).toBe(MACHINES)
    const wrong = { machine: machines[0]?.machine ?? '', secret: 'x'.repeat(43) }
    await expect(WireClient.open(url, wrong)).rejects.toThrow('401')
    clients[0]?.send({ type: 'heartbeat', sentAt: at, unheardOf: 1, vitals: 'none' })
    expect(await clients[0]?.closeCode()).toBe(4400)
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    expect((await fetch(`${url}/api/v1/machines`)).headers.get('content-type')).toContain('application/problem+json')
  })

  test('the address of a request is the one that the gateway saw, whatever the request says', async () => {
    const { url } = await start()
    const guess = (n: number) =>
      fetch(url + ENROL_PATH, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${'w'.repeat(43)}`,
          'content-type': 'application/json',
          'x-forwarded-for': `192.0.2.${n}`,
        },
        body: JSON.stringify({ computerName: 'PC', agentVersion: '1' }),
      }).then((answer) => answer.status)
    const codes: number[] = []
    // turns come back with time, of which a busy machine takes more
    for (let n = 0; n < WRONG_TOKENS * 4 && codes.at(-1) !== 429; n++) codes.push(await guess(n))
    expect(codes.filter((code) => code !== 401)).toEqual([429])
    expect(codes.length).toBeGreaterThan(WRONG_TOKENS)
  })

  test('people sign in and follow the fleet live through a gateway', async () => {
    const running = await start()
    const admin = await firstAdmin(running)
    const { secret } = await admin.call('tokenAdd', { body: { name: 'wall', scope: 'read' } })
    const enrolment = await admin.call('enrolmentTokenAdd', { body: { name: 'all', site: 'A81001' } })
    const seen: LiveMessage[] = []
    await new Promise<void>((done, failed) => {
      const live = openLive({
        url: running.url,
        token: secret,
        clock: systemClock,
        onMessage(message) {
          seen.push(message)
          if (message.type === 'hello') enrol(running.url, enrolment.secret).catch(failed)
          if (message.type !== 'machines') return
          live.end()
          done()
        },
      })
    })
    expect(seen.at(-1)).toMatchObject({ changed: [{ state: 'offline', practice: 'A81001' }] })
  })

  test('a gateway that dies is replaced; its machines come back and none of them is called dark', async () => {
    const starting = start()
    // one that dies before it listens is tried again
    await eventually(() => expect(gatewaysOf(process.pid)).not.toEqual([]))
    process.kill(gatewaysOf(process.pid)[0] as number, 'SIGKILL')
    const { url, context } = await starting
    const machines = await enrolAll({ url, context } as Collector)
    const clients = await Promise.all(machines.map((m) => WireClient.connect(url, m)))
    const [victim] = gatewaysOf(process.pid)
    expect(victim).toBeDefined()
    process.kill(victim as number, 'SIGKILL')
    await eventually(() => {
      expect(context.fleet.connected).toBeLessThan(MACHINES)
      expect(clients.filter((c) => c.closed)).toHaveLength(MACHINES - context.fleet.connected)
    })
    const left = clients.filter((c) => c.closed)
    expect([...context.fleet.machines()].map((m) => m.state)).toEqual(Array(MACHINES).fill('healthy'))
    expect(context.fleet.blindUntil).toBeGreaterThan(Date.now())
    await eventually(() => expect(gatewaysOf(process.pid)).toHaveLength(GATEWAYS))
    await Promise.all(left.map((c) => WireClient.connect(url, c.identity)))
    expect(context.fleet.connected).toBe(MACHINES)
  })

  test('a gateway that hangs is replaced; pages answer, and none of its machines is called dark', async () => {
    // so that a machine that is not heard is dark long before a gateway counts as hung
    collector = await collectorOn(database, { ...gateways, PUMPHANDLE_HEARTBEAT_SECONDS: '5' })
    const { url, context } = collector
    const machines = await enrolAll(collector)
    const clients = await Promise.all(machines.map((m) => WireClient.connect(url, m)))
    const beating = setInterval(() => {
      for (const client of clients) if (!client.closed) client.send({ type: 'heartbeat', sentAt: Date.now() })
    }, 1_000)
    const all = gatewaysOf(process.pid)
    const [victim = 0] = all
    process.kill(victim, 'SIGSTOP')
    try {
      await eventually(() => expect(gatewaysOf(process.pid)).not.toContain(victim))
      await eventually(() => expect(gatewaysOf(process.pid)).toHaveLength(GATEWAYS))
    } finally {
      clearInterval(beating)
    }
    expect(context.fleet.counts.dark).toBe(0)
    const rows = context.store.reader.selectFrom('machine_transition').select('to_state').where('to_state', '=', 'dark')
    expect(await rows.execute()).toEqual([])
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    await eventually(() => expect(clients.some((c) => c.closed)).toBe(true))
    await Promise.all(clients.filter((c) => c.closed).map((c) => WireClient.connect(url, c.identity)))
    expect(context.fleet.connected).toBe(MACHINES)
  })

  test('agents are told that it restarts; no process is left behind', async () => {
    const running = await start()
    const [machine] = await enrolAll(running)
    const client = await WireClient.connect(running.url, machine as Identity)
    const processes = gatewaysOf(process.pid)
    expect(processes).toHaveLength(GATEWAYS)
    await running.close()
    collector = undefined
    expect((await client.frame('refuse')).code).toBe('restarting')
    expect(processes.map(commandOf).join('')).toBe('')
  })

  test('gateways end with a collector that is killed', async () => {
    const child = await startCollectorProcess({ ...envOf(database), ...gateways, PUMPHANDLE_LOG_LEVEL: 'info' })
    const processes = gatewaysOf(child.pid)
    expect(processes).toHaveLength(GATEWAYS)
    await child.kill()
    await eventually(() => expect(processes.map(commandOf).join('')).toBe(''))
  })

  test('a port that another program has is refused, not shared', async () => {
    const other = createServer()
    await new Promise<void>((resolve) => other.listen({ port: 0, host: '127.0.0.1', reusePort: true }, resolve))
    const { port } = other.address() as { port: number }
    const starting = collectorOn(database, { ...gateways, PUMPHANDLE_PORT: String(port) })
    await expect(starting).rejects.toThrow(StartError)
    await expect(starting).rejects.toThrow(/set PUMPHANDLE_PORT to a free port/)
    other.close()
  })
})
