import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { clientOf } from '../../src/store/servers/hosts.ts'

/** As a server sends it: a letter, the length with itself, the body. */
function message(letter: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(4 + body.length)
  return Buffer.concat([Buffer.from(letter), length, body])
}

const AUTHENTICATED = message('R', Buffer.alloc(4))
const READY = message('Z', Buffer.from('I'))
const ENDED = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'))

test('a connection that the server ends with the packet that opens it fails for its user, and ends nothing else', async () => {
  const server = createServer((socket) => {
    socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, ENDED])))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const Client = clientOf([`postgres://somebody@127.0.0.1:${port}/fleet`])
  const client = new Client()
  await client.connect()
  await expect(client.query('select 1')).rejects.toThrow('not queryable')
  await client.end()
  server.close()
  await once(server, 'close')
})
