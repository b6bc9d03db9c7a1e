import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { Agent, get } from 'node:https'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import type { Collector } from '@pumphandle/collector'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { hasOpenssl, makeCertificate } from '../support/agent-process.ts'
import { collectorOn, envOf } from '../support/collector.ts'
import { type CollectorProcess, startCollectorProcess } from '../support/collector-process.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

/** More than there are places for machines that have not said hello. */
const UPGRADES = 252
/** Files that the process may open, and sockets that say nothing: as many as would leave none for an agent. */
const FILES = 1_500
const IDLE = 1_490
/** Requests that are sent ahead on one connection, and bytes of answers that nobody gets who does so: of some tens of them. */
const AHEAD = 5_000
const MOST_ANSWERED = 500_000
/** Who ends TLS: the collector's own process, or a gateway process where the system lets them share a port. */
const GATEWAYS = process.platform === 'linux' ? ['0', '1'] : ['0']

let database: TestDatabase
let running: Collector | CollectorProcess | undefined
let idle: Socket[] = []
beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
})
afterEach(async () => {
  for (const socket of idle) socket.destroy()
  idle = []
  if (running && 'kill' in running) await running.kill()
  else await running?.close()
  running = undefined
  await database.drop()
})

/** Machines of a collector that ran before on this database. */
async function enrolled(count: number): Promise<Identity[]> {
  const before = await collectorOn(database)
  const { secret } = await before.context.enrolment.createToken({
    name: 't',
    site: 'A81001',
    days: 1,
    maxUses: null,
    createdBy: 'test',
  })
  const machines: Identity[] = []
  for (let i = 0; i < count; i++) machines.push(await enrol(before.url, secret))
  await before.close()
  return machines
}

function overTls(): { ca: string; settings: Record<string, string> } {
  const { cert } = makeCertificate(database.dataDir)
  const file = (name: string) => join(database.dataDir, name)
  return { ca: cert, settings: { PUMPHANDLE_TLS_CERT: file('cert.pem'), PUMPHANDLE_TLS_KEY: file('key.pem') } }
}

/** Sockets that say nothing, opened a few at a time. */
async function openIdle(url: string, count: number): Promise<void> {
  const { port } = new URL(url)
  while (idle.length < count) {
    const some = Array.from({ length: Math.min(100, count - idle.length) }, () => connect(Number(port), '127.0.0.1'))
    for (const socket of some) socket.on('error', () => undefined)
    await Promise.all(some.map((socket) => once(socket, 'connect')))
    idle.push(...some)
  }
}

async function statusOf(url: string, agent: Agent): Promise<number | undefined> {
  const [response] = (await once(get(url, { agent }), 'response')) as [IncomingMessage]
  response.resume()
  await once(response, 'end')
  return response.statusCode
}

describe.skipIf(!hasOpenssl)('nobody locks the fleet out', () => {
  test.each(GATEWAYS)('upgrades of one machine that says no hello take one place; %s gateways', async (gateways) => {
    const [hostile, honest] = (await enrolled(2)) as [Identity, Identity]
    const { ca, settings } = overTls()
    running = await collectorOn(database, { ...settings, PUMPHANDLE_GATEWAYS: gateways })
    const url = running.url
    const knocks = await Promise.allSettled(Array.from({ length: UPGRADES }, () => WireClient.open(url, hostile, ca)))
    const client = await WireClient.connect(url, honest, {}, ca)
    await client.deliver(1, [{ id: 'v', at: Date.now(), type: 'vitals', uptimeSeconds: 1 }])
    expect(client.frames.at(-1)).toEqual({ type: 'ack', batch: 1 })
    for (const knock of knocks) if (knock.status === 'fulfilled') knock.value.socket.terminate()
  })

  test.each(GATEWAYS)('TLS that never begins ends by itself, within seconds; %s gateways', async (gateways) => {
    const { settings } = overTls()
    running = await collectorOn(database, { ...settings, PUMPHANDLE_GATEWAYS: gateways })
    await openIdle(running.url, 5)
    await Promise.all(idle.map((socket) => once(socket, 'close')))
    expect(idle.every((socket) => socket.destroyed)).toBe(true)
  })

  test.each(GATEWAYS)('thousands of requests on one line hold no file each; %s gateways', async (gateways) => {
    const [honest] = (await enrolled(1)) as [Identity]
    const { ca, settings } = overTls()
    running = await collectorOn(database, { ...settings, PUMPHANDLE_GATEWAYS: gateways })
    const line = connectTls({ host: '127.0.0.1', port: Number(new URL(running.url).port), servername: 'localhost', ca })
    idle.push(line.on('error', () => undefined))
    await once(line, 'secureConnect')
    // nothing is read of the answers, which are far more than the kernel keeps
    line.pause()
    const ended = new Promise((resolve) => line.once('close', resolve))
    line.write('GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n'.repeat(AHEAD))
    const client = await WireClient.connect(running.url, honest, {}, ca)
    await client.deliver(1, [{ id: 'v', at: Date.now(), type: 'vitals', uptimeSeconds: 1 }])
    line.resume()
    await ended
    expect(line.bytesRead).toBeLessThan(MOST_ANSWERED)
    client.socket.terminate()
    // who waits for each answer asks as often as they like on one line, and those of one moment are answered in turn
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca })
    const statuses = Array.from({ length: 30 }, () => statusOf(`${running?.url}/api/v1/me`, agent))
    expect(new Set(await Promise.all(statuses))).toEqual(new Set([401]))
    agent.destroy()
  })

  test.skipIf(process.platform !== 'linux').each(['TLS', 'plain'])(
    'as many silent sockets as the process may open leave room for machines: %s',
    async (line) => {
      const [honest] = (await enrolled(1)) as [Identity]
      const { ca, settings } = overTls()
      running = await startCollectorProcess(
        { ...envOf(database), PUMPHANDLE_LOG_LEVEL: 'info', ...(line === 'TLS' ? settings : {}) },
        FILES,
      )
      await openIdle(running.url, IDLE)
      const client = await WireClient.connect(running.url, honest, {}, ca)
      await client.deliver(1, [{ id: 'v', at: Date.now(), type: 'vitals', uptimeSeconds: 1 }])
      expect(client.frames.at(-1)).toEqual({ type: 'ack', batch: 1 })
      client.socket.terminate()
    },
  )
})
