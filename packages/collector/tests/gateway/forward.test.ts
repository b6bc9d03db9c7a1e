import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { listenPrivately } from '../../src/gateway/http-server.ts'
import { forwardTo } from '../../src/gateway/process/forward.ts'

interface Seen {
  method: string | undefined
  headers: IncomingHttpHeaders
  body: string
}

let core: Server
let remove: () => void
let path: string
let gateway: Server
let seen: Seen[]

beforeEach(async () => {
  seen = []
  core = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ method: request.method, headers: request.headers, body })
      return response.writeHead(204, { connection: 'close', 'x-answer': 'yes' }).end()
    })
  })
  ;({ path, remove } = await listenPrivately(core))
})
afterEach(() => {
  for (const server of [gateway, core]) server.close()
  for (const server of [gateway, core]) server.closeAllConnections()
  remove()
})

async function open(options: { isSecure?: boolean; trustProxy?: boolean } = {}): Promise<number> {
  gateway = createServer(forwardTo({ upstream: path, isSecure: false, trustProxy: false, ...options }))
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve))
  return (gateway.address() as AddressInfo).port
}

/** Sends bytes as they are; answers with all that comes back until the other end closes. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

describe('what a gateway hands on', () => {
  test('a body that hides a request stays a body, whatever its method', async () => {
    const port = await open()
    const hidden = 'GET /hidden HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 192.0.2.1\r\n\r\n'
    const chunk = `${hidden.length.toString(16)}\r\n${hidden}\r\n0\r\n\r\n`
    for (const method of ['DELETE', 'GET', 'OPTIONS', 'POST'])
      await raw(
        port,
        `${method} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
      )
    expect(seen.map(({ method }) => method)).toEqual(['DELETE', 'GET', 'OPTIONS', 'POST'])
    expect(seen.map(({ body }) => body)).toEqual(Array(4).fill(hidden))
  })

  test('the client’s word about where it comes from is replaced, or kept behind a trusted proxy', async () => {
    const asked =
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: evil.example\r\n\r\n'
    await raw(await open(), asked)
    expect(seen[0]?.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-forwarded-proto': 'http' })
    expect(seen[0]?.headers).not.toHaveProperty('x-forwarded-host')
    gateway.close()
    await raw(await open({ trustProxy: true }), asked)
    expect(seen[1]?.headers).toMatchObject({
      'x-forwarded-for': '192.0.2.1, 127.0.0.1',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.example',
    })
  })

  test('a core that is gone is answered for', async () => {
    const port = await open()
    core.close()
    core.closeAllConnections()
    remove()
    const answer = await fetch(`http://127.0.0.1:${port}/`)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('5')
  })
})
