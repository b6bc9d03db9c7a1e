// A child process of bench:dashboard: the least that a stream can cost. Writes the same bytes to every reader as often as it
// is told, over plain node:http, and tells its own CPU. Talks over IPC.
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface BareOptions {
  /** Bytes of one write. */
  bytes: number
  everyMs: number
}

const readers = new Set<ServerResponse>()
let cpu = process.cpuUsage()
let writes = 0

const server = createServer((_req, res) => {
  res.writeHead(200, { 'content-type': 'text/event-stream' })
  res.write(': here\n\n')
  readers.add(res)
  res.once('close', () => readers.delete(res))
})
server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})

process.on('message', (message: BareOptions | 'cost') => {
  if (message === 'cost') {
    const { user, system } = process.cpuUsage(cpu)
    process.send?.({ cpuMs: (user + system) / 1000, writes })
    cpu = process.cpuUsage()
    writes = 0
    return
  }
  const chunk = Buffer.from(`id: 1\ndata: ${'x'.repeat(Math.max(0, message.bytes - 14))}\n\n`)
  setInterval(() => {
    writes += readers.size
    for (const reader of readers) reader.write(chunk)
  }, message.everyMs)
  process.send?.('begun')
})
