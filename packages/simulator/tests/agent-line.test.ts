import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { systemClock } from '@pumphandle/shared'
import { type AgentEvent, AgentFrame, PROTOCOL } from '@pumphandle/shared/wire'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type WebSocket, WebSocketServer } from 'ws'
import { AgentLine } from '../src/live/agent-line.ts'

const machine = '01J00000000000000000000000'
const event = (id: string): AgentEvent => ({ type: 'vitals', id, at: 1, uptimeSeconds: 1 })

let server: Server
let sockets: WebSocketServer
let line: AgentLine
const connections: { socket: WebSocket; frames: AgentFrame[] }[] = []
const waiting: (() => void)[] = []

/** Resolves when this is true, looked at after each connection and frame. */
function until(holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => holds() && resolve()
    waiting.push(look)
    look()
  })
}

const eventsOf = (frames: readonly AgentFrame[]) =>
  frames.flatMap((frame) => (frame.type === 'events' ? frame.events.map((e) => e.id) : []))

beforeEach(async () => {
  connections.length = 0
  waiting.length = 0
  server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => {
    const frames: AgentFrame[] = []
    connections.push({ socket, frames })
    socket.on('message', (data) => {
      frames.push(AgentFrame.parse(JSON.parse(String(data as Buffer))))
      for (const look of waiting) look()
    })
    socket.on('close', () => {
      for (const look of waiting) look()
    })
    for (const look of waiting) look()
  })
  const { port } = server.address() as { port: number }
  line = new AgentLine({
    collector: `http://127.0.0.1:${port}`,
    credential: () => ({ machine, secret: 'x'.repeat(40) }),
    clock: systemClock,
    random: () => 0,
    now: () => 1_700_000_000_000,
    hello: (spooled) => ({
      type: 'hello',
      protocol: PROTOCOL,
      machine,
      sentAt: 1_700_000_000_000,
      agent: { version: '1', platform: 'test' },
      computerName: 'PC',
      boot: { bootId: 'b', startedAt: 1, previousEnd: 'clean' },
      spooled,
    }),
    onUnauthorised: () => {},
  })
})

afterEach(() => {
  line.destroy()
  sockets.close()
  server.closeAllConnections()
  server.close()
})

test('hello comes first, then what waited, and what is not acknowledged is sent again on the next connection', async () => {
  line.say([event('a'), event('b')])
  line.open()
  await until(() => eventsOf(connections[0]?.frames ?? []).length === 2)
  expect(connections[0]!.frames[0]).toMatchObject({ type: 'hello', spooled: 2 })
  connections[0]!.socket.terminate()
  await until(() => eventsOf(connections[1]?.frames ?? []).length === 2)
  expect(eventsOf(connections[1]!.frames)).toEqual(['a', 'b'])
})

test('what is acknowledged is not sent again', async () => {
  line.open()
  line.say([event('a')])
  await until(() => eventsOf(connections[0]?.frames ?? []).length === 1)
  connections[0]!.socket.send(JSON.stringify({ type: 'ack', batch: 1 }))
  connections[0]!.socket.close()
  await until(() => connections.length === 2)
  line.say([event('b')])
  await until(() => eventsOf(connections[1]!.frames).length > 0)
  expect(eventsOf(connections[1]!.frames)).toEqual(['b'])
})

test('a machine that falls silent sends nothing more and leaves its socket open', async () => {
  line.open()
  await until(() => connections[0]?.frames.length === 1)
  line.fallSilent()
  line.say([event('lost')])
  line.send({ type: 'heartbeat', sentAt: 1 })
  expect(line.isOpen).toBe(false)
  line.open()
  await until(() => eventsOf(connections[1]?.frames ?? []).length === 1)
  expect(connections[0]!.frames).toHaveLength(1)
})

test('a goodbye is the last frame, and it does not come back by itself', async () => {
  line.open()
  await until(() => connections[0]?.frames.length === 1)
  line.leave({ type: 'goodbye', sentAt: 1, reason: 'shutdown' })
  await until(() => connections[0]!.socket.readyState === connections[0]!.socket.CLOSED)
  expect(connections[0]!.frames.at(-1)).toMatchObject({ type: 'goodbye' })
  expect(connections).toHaveLength(1)
})
