import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, Socket } from 'node:net'
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
    // what is not sent whole is not answered
    if (request.method === 'POST') return
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

// elsewhere a computer has one loopback address
test.runIf(process.platform === 'linux')(
  'whoever sends what is asked a byte at a time goes before a whole practice that just came',
  async () => {
    const { port } = server.address() as AddressInfo
    const come = async (localAddress: string) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress }).on('error', () => undefined)
      open.push(socket)
      await once(server, 'connection')
      return socket
    }
    const slow: Socket[] = []
    for (let n = 1; n <= MOST; n++) {
      // from as many computers as there are sockets
      const socket = await come(`127.0.1.${n}`)
      slow.push(socket)
      socket.write('POST /agent/v1/enrol HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{')
      await once(server, 'request')
    }
    now = 6_000
    const practice: Socket[] = []
    for (let n = 1; n < MOST; n++) practice.push(await come('127.0.0.1'))
    await eventually(() => expect(open.filter((socket) => socket.destroyed)).toHaveLength(MOST - 1))
    expect(practice.some((socket) => socket.destroyed)).toBe(false)
  },
)

test('all addresses of one customer are one crowd', async () => {
  const come = (remoteAddress: string, remotePort: number) => {
    const socket = new Socket()
    Object.defineProperties(socket, { remoteAddress: { value: remoteAddress }, remotePort: { value: remotePort } })
    server.emit('connection', socket)
    open.push(socket)
    return socket
  }
  const crowd = [1, 2, 3].map((n) => come(`2001:db8:0:1::${n}`, n))
  const practice = [1, 2].map((n) => come('192.0.2.1', n))
  expect(crowd.map((socket) => socket.destroyed)).toEqual([true, false, false])
  expect(practice.some((socket) => socket.destroyed)).toBe(false)
})

test('many that come in one moment do not stay beyond the bound', async () => {
  const come = (remotePort: number) => {
    const socket = new Socket()
    Object.defineProperties(socket, { remoteAddress: { value: '192.0.2.1' }, remotePort: { value: remotePort } })
    server.emit('connection', socket)
    open.push(socket)
  }
  for (let n = 0; n < MOST * 3; n++) come(n)
  expect(strangers.count).toBe(MOST)
})
