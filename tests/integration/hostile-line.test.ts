import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { type Collector, readConfig, startCollector } from '@pumphandle/collector'
import { AGENT_SOCKET_PATH } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { encodeFrame, OPCODE } from '../../packages/agent/src/uplink/frames.ts'
import { hasOpenssl, makeCertificate } from '../support/agent-process.ts'
import { collectorOn, envOf } from '../support/collector.ts'
import { emptyDatabase, type TestDatabase } from '../support/databases.ts'
import { eventually } from '../support/eventually.ts'
import { enrol, type Identity, WireClient } from '../support/wire-client.ts'

/** Who ends TLS: the collector's own process, or a gateway process where the system lets them share a port. */
const GATEWAYS = process.platform === 'linux' ? ['0', '1'] : ['0']
/** What one machine may send in a minute. */
const MINUTES_WORTH = 4 * 1024 * 1024
/** Far more than the kernel keeps of both ends of a line. */
const MOST_UNREAD = 64 * 1024 * 1024

let database: TestDatabase
let collector: Collector
let hostile: Identity
let honest: Identity
let ca: string
beforeEach(async () => {
  database = await emptyDatabase('sqlite', inject('pgUrl'))
  ca = makeCertificate(database.dataDir).cert
})
afterEach(async () => {
  await collector.close()
  await database.drop()
})

async function start(gateways: string): Promise<void> {
  collector = await collectorOn(database, {
    PUMPHANDLE_TLS_CERT: join(database.dataDir, 'cert.pem'),
    PUMPHANDLE_TLS_KEY: join(database.dataDir, 'key.pem'),
    PUMPHANDLE_GATEWAYS: gateways,
  })
  const { enrolment } = collector.context
  const made = { name: 't', site: 'A81001', days: 1, maxUses: null, createdBy: 'test' }
  const { secret } = await enrolment.createToken(made)
  const request = { computerName: 'PC', agentVersion: '0.1.0' }
  const one = async () => (await enrolment.enrol(secret, request)) as Identity
  ;[hostile, honest] = [await one(), await one()]
}

/** Bytes as they go onto the line of a machine that said hello. */
const lineOf = (client: WireClient) =>
  (client.socket as unknown as { _socket: { write(data: Buffer, done?: () => void): boolean; destroyed: boolean } })
    ._socket

/** Sends pieces until the other end has had enough, or all of them; answers with the bytes. */
async function flood(client: WireClient, piece: Buffer, most: number): Promise<number> {
  const line = lineOf(client)
  let sent = 0
  while (sent < most && !client.closed && !line.destroyed) {
    await new Promise<void>((resolve) => line.write(piece, () => resolve()))
    sent += piece.length
  }
  return sent
}

async function isServed(): Promise<void> {
  const client = await WireClient.connect(collector.url, honest, {}, ca)
  await client.deliver(1, [{ id: 'v', at: Date.now(), type: 'vitals', uptimeSeconds: 1 }])
  expect(client.frames.at(-1)).toEqual({ type: 'ack', batch: 1 })
  await client.close()
}

test('whoever pings and reads no answer is let go before the answers take memory', async () => {
  // what one may send in a minute is no bound to what it sends in a day
  const unbounded = { maxFramesPerMinute: Number.MAX_SAFE_INTEGER }
  collector = await startCollector(readConfig(envOf(database)), unbounded)
  const token = { name: 't', site: 'A81001', days: 1, maxUses: null, createdBy: 'test' }
  const { secret } = await collector.context.enrolment.createToken(token)
  const client = await WireClient.connect(collector.url, await enrol(collector.url, secret))
  const line = (client.socket as unknown as { _socket: Socket })._socket
  line.pause()
  const pings = Buffer.concat(Array.from({ length: 500 }, () => encodeFrame(OPCODE.ping, Buffer.alloc(125))))
  // the kernel keeps some megabytes of answers, and the collector no more
  const sent = await flood(client, pings, MOST_UNREAD)
  expect(sent).toBeLessThan(MOST_UNREAD)
  line.resume()
  await client.closeCode()
})

test('a refused upgrade keeps no socket, though its other end stays open', async () => {
  collector = await collectorOn(database)
  const { hostname, port } = new URL(collector.url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  const failed = once(socket, 'error')
  socket.write(`GET ${AGENT_SOCKET_PATH} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`)
  socket.resume()
  await once(socket, 'end')
  const writing = setInterval(() => socket.write('more'), 20)
  expect(String((await failed)[0])).toMatch(/ECONNRESET|EPIPE/)
  clearInterval(writing)
})

describe.skipIf(!hasOpenssl).each(GATEWAYS)('one machine’s line, %s gateways', (gateways) => {
  test('ends after so many pings, bytes and parts, and a new one has no more for it', async () => {
    await start(gateways)
    const open = () => WireClient.connect(collector.url, hostile, {}, ca)

    // a message in more parts than anybody cuts one into
    const parts = await open()
    const empty = encodeFrame(OPCODE.text, Buffer.alloc(0))
    empty[0] = 0x01
    const next = Buffer.from(empty)
    next[0] = 0x00
    lineOf(parts).write(Buffer.concat([empty, ...Array.from({ length: 300 }, () => next)]))
    expect(await parts.closeCode()).toBe(1008)

    // after a refusal nothing more is read than what was on its way
    const refused = await open()
    lineOf(refused).write(encodeFrame(OPCODE.text, Buffer.from('no frame')))
    const ping = encodeFrame(OPCODE.ping, Buffer.alloc(0))
    const pings = Buffer.concat(Array.from({ length: 1_000 }, () => ping))
    expect(await flood(refused, pings, 200_000_000)).toBeLessThan(100_000_000)

    // pings, each of which asks for an answer
    const pinging = await open()
    await flood(pinging, pings, 200_000_000)
    await eventually(() => expect(pinging.closed).toBeDefined())

    // it comes again, and has what a few seconds gave it
    const again = await open()
    const beat = JSON.stringify({ type: 'heartbeat', sentAt: Date.now(), padding: 'x'.repeat(50_000) })
    let sent = 0
    for (; sent < MINUTES_WORTH && !again.closed; sent += beat.length) {
      again.send(beat)
      // as far as it was read
      again.socket.ping()
      await Promise.race([once(again.socket, 'pong'), again.closeCode()])
    }
    expect(sent).toBeLessThan(MINUTES_WORTH)
    expect(again.frames.at(-1)).toMatchObject({ type: 'refuse', code: 'too-fast', retryAfterSeconds: 60 })
    await isServed()
  })
})
