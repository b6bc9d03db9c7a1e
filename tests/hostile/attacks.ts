import { connect, type Socket } from 'node:net'
import type { Random } from '@pumphandle/shared/random'
import { AGENT_SOCKET_PATH, type AgentEvent, ENROL_PATH, SUBPROTOCOL } from '@pumphandle/shared/wire'
import { encodeFrame, OPCODE } from '../../packages/agent/src/uplink/frames.ts'
import type { Identity } from '../support/wire-client.ts'
import { badFrame } from './bad-frames.ts'

/** What an attacker has. */
export interface Hostile {
  readonly url: string
  readonly identity: Identity
  /** An enrolment token that was stolen. */
  readonly token: string
  readonly random: Random
  /** Told of each frame that was sent. */
  readonly sent: (frames: number) => void
}

/** Frames that go out at once; most of them after the collector has had enough. */
const BURST = 200
/** A connection is given up after so long: it is closed, or keeps its place without a word. */
const LEAVE_AFTER_MS = 300
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** An upgraded socket, or undefined where the collector did not let it in. */
function upgraded({ url, identity }: Pick<Hostile, 'url' | 'identity'>): Promise<Socket | undefined> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    const lines = [
      `GET ${AGENT_SOCKET_PATH} HTTP/1.1`,
      `Host: ${hostname}:${port}`,
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
      `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
      `Authorization: Bearer ${identity.machine}.${identity.secret}`,
    ]
    socket.on('error', () => undefined)
    socket.once('close', () => resolve(undefined))
    socket.once('data', (data: Buffer) => {
      socket.resume()
      if (data.toString('latin1').startsWith('HTTP/1.1 101')) return resolve(socket)
      socket.destroy()
    })
    socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  })
}

function frame(value: unknown): Buffer {
  return encodeFrame(OPCODE.text, Buffer.from(JSON.stringify(value)))
}

function helloOf({ machine }: Identity): Buffer {
  const now = Date.now()
  return frame({
    type: 'hello',
    protocol: 1,
    machine,
    sentAt: now,
    agent: { version: '0.1.0', platform: 'win32-x64' },
    computerName: 'HOSTILE',
    boot: { bootId: 'b', startedAt: now, previousEnd: 'clean' },
    spooled: 0,
  })
}

/** Malformed, truncated, oversized, nested, out of order: whatever a parser may trip over. */
export async function garbage(hostile: Hostile): Promise<void> {
  const { random, sent } = hostile
  const socket = await upgraded(hostile)
  if (!socket) return pause(50)
  if (random.chance(0.7)) socket.write(helloOf(hostile.identity))
  const burst: Buffer[] = []
  for (let n = 0; n < BURST; n++) burst.push(badFrame(random))
  sent(burst.length)
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
    setTimeout(resolve, LEAVE_AFTER_MS)
    socket.write(Buffer.concat(burst))
  })
  socket.destroy()
}

/** 13.1: upgrades that say no hello, and sockets that say nothing at all. */
async function lockOut(hostile: Hostile): Promise<void> {
  const { hostname, port } = new URL(hostile.url)
  const idle = Array.from({ length: 20 }, () => connect(Number(port), hostname).on('error', () => undefined))
  const socket = await upgraded(hostile)
  hostile.sent(idle.length + 1)
  await pause(LEAVE_AFTER_MS)
  for (const one of [...idle, socket]) one?.destroy()
}

/** 13.2: machines that are made up. */
async function invent({ url, token, random, sent }: Hostile): Promise<void> {
  const response = await fetch(url + ENROL_PATH, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ computerName: `PC-${random.below(1e9)}`, agentVersion: '1' }),
  })
  await response.arrayBuffer()
  sent(1)
}

/** 13.3: events without end, each with components that nobody has. */
async function fill(hostile: Hostile): Promise<void> {
  await flood(hostile, (n) => ({
    id: `f-${hostile.random.below(1e9)}-${n}`,
    at: Date.now(),
    type: 'component-changed',
    kind: 'content',
    name: `falcon/${hostile.random.below(1e9)}`,
    version: '1',
  }))
}

/** 13.4: words, as long as they may be. */
async function words(hostile: Hostile): Promise<void> {
  await flood(hostile, (n) => ({
    id: `w-${hostile.random.below(1e9)}-${n}`,
    at: Date.now(),
    type: 'reachability',
    results: [{ name: `Your account is locked ${n}`, ok: false, failedAt: 'dns', error: 'https://evil '.repeat(70) }],
  }))
}

async function flood(hostile: Hostile, make: (n: number) => AgentEvent): Promise<void> {
  const socket = await upgraded(hostile)
  if (!socket) return pause(50)
  socket.write(helloOf(hostile.identity))
  for (let batch = 1; batch <= 4; batch++) {
    const events = Array.from({ length: 200 }, (_, n) => make(n))
    socket.write(frame({ type: 'events', batch, sentAt: Date.now(), events }))
    hostile.sent(1)
  }
  await pause(LEAVE_AFTER_MS)
  socket.destroy()
}

export const ATTACKS = { 'lock-out': lockOut, invent, fill, words, garbage } as const
export type Attack = keyof typeof ATTACKS
