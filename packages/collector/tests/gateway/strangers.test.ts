import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from '../../../../tests/support/eventually.ts'
import { Strangers } from '../../src/gateway/strangers.ts'

// Real sockets to a real server, which answers as the address says.

const MOST = 4
let now: number
let server: Server
let strangers: Strangers
const open: Socket[] = []
beforeEach(async () => {
  server = createServer((request, response) => {
    const isStream = request.url === '/stream'
    response.setHeader('content-type', isStream ? 'text/event-stream' : 'text/plain')
    // more comes, as to somebody who reads slowly, or follows the fleet
    response.write('begun')
  })
  now = 0
  strangers = new Strangers(MOST, { now: () => now })
  strangers.watch(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy()
  server.close()
  server.closeAllConnections()
})

async function asks(path: string, headers = ''): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined)
  open.push(socket)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n`)
  await once(socket, 'data')
  return socket
}

test('whoever asks for files and does not read them takes no more sockets than who says nothing', async () => {
  const slow: Socket[] = []
  for (let n = 0; n < MOST * 3; n++) slow.push(await asks('/file'))
  await eventually(() => expect(slow.filter((socket) => socket.destroyed)).toHaveLength(MOST * 2))
  expect(strangers.count).toBe(MOST)
  // the oldest went
  expect(slow.slice(-MOST).some((socket) => socket.destroyed)).toBe(false)
})

test('a flood that says nothing pushes out its own, and no machine whose proof is being looked at', async () => {
  // as the gateway does while the store is asked
  server.on('upgrade', (_request, socket) => socket.write('looking'))
  const machine = await asks('/agent', 'Connection: Upgrade\r\nUpgrade: websocket\r\n')
  const page = await asks('/file')
  for (let n = 0; n < MOST * 3; n++) {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined)
    open.push(socket)
    await once(socket, 'connect')
  }
  await eventually(() => expect(open.filter((socket) => socket.destroyed)).toHaveLength(MOST * 3 + 2 - MOST))
  expect([machine.destroyed, page.destroyed]).toEqual([false, false])
})

test('whoever is late goes before any crowd that is not', async () => {
  const page = await asks('/file')
  now = 6_000
  const crowd: Socket[] = []
  for (let n = 0; n < MOST; n++) crowd.push(await asks('/file'))
  await eventually(() => expect(page.destroyed).toBe(true))
  expect(crowd.filter((socket) => socket.destroyed)).toEqual([])
})

test('a live stream is left alone', async () => {
  const stream = await asks('/stream')
  for (let n = 0; n < MOST * 2; n++) await asks('/file')
  await eventually(() => expect(open.filter((socket) => socket.destroyed)).toHaveLength(MOST))
  expect(stream.destroyed).toBe(false)
})
