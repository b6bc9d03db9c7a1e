/** A bare server of ws, with TLS where files are given: what a connection and a handshake cost without a collector. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

const [certFile, keyFile] = process.argv.slice(2)
const server =
  certFile && keyFile ? createTlsServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }) : createServer()
const sockets = new WebSocketServer({ server, perMessageDeflate: false })
sockets.on('connection', (socket) => {
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString('utf8')) as { type: string; batch?: number }
    if (frame.type === 'hello') socket.send('{"type":"welcome"}')
    else if (frame.type === 'events') socket.send(`{"type":"ack","batch":${frame.batch}}`)
  })
})
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => {
  process.send?.(`${certFile ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
