import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from '../../../../tests/support/eventually.ts'
import { Strangers } from '../../src/gateway/strangers.ts'

// Real sockets to a real server, which answers as the address says.

const MOST = 4
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
  strangers = new Strangers(MOST)
  strangers.watch(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy()
  server.close()
  server.closeAllConnections()
})

async function asks(path: string): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => undefined)
  open.push(socket)
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
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

test('a live stream is left alone', async () => {
  const stream = await asks('/stream')
  for (let n = 0; n < MOST * 2; n++) await asks('/file')
  await eventually(() => expect(open.filter((socket) => socket.destroyed)).toHaveLength(MOST))
  expect(stream.destroyed).toBe(false)
})
