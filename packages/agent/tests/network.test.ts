import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer as createHttpServer } from 'node:http'
import { type AddressInfo, connect, createServer, type Server } from 'node:net'
import { SUBPROTOCOL } from '@pumphandle/shared/wire/protocol'
import { afterEach, describe, expect, test } from 'vitest'
import { eventually } from '../../../tests/support/eventually.ts'
import { VirtualClock } from '../../simulator/src/time/virtual-clock.ts'
import { createBackoff } from '../src/uplink/backoff.ts'
import { encodeFrame, OPCODE } from '../src/uplink/frames.ts'
import { openTunnel } from '../src/uplink/proxy.ts'
import { startUplink } from '../src/uplink/uplink.ts'
import { proxyOfList } from '../src/windows/system-proxy.ts'

const servers: { close(): unknown }[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A proxy that gives one answer; resolves with its port, and with what it was asked. */
async function proxy(answer: string, host = '127.0.0.1'): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = []
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined)
    socket.on('data', (bytes) => {
      asked.push(bytes.toString('latin1'))
      socket.write(answer)
    })
  }).listen(0, host)
  await once(server, 'listening')
  servers.push(server)
  return { port: (server.address() as AddressInfo).port, asked }
}

describe('a proxy that wants a login', () => {
  const tunnel = async (offers: string[], login?: string): Promise<string> => {
    const head = offers.map((offer) => `Proxy-Authenticate: ${offer}\r\n`).join('')
    const { port } = await proxy(`HTTP/1.1 407 Proxy Authentication Required\r\n${head}Content-Length: 0\r\n\r\n`)
    return openTunnel(`http://127.0.0.1:${port}`, 'collector.example:443', () => login, 2_000).then(
      () => 'a tunnel',
      (error: Error) => error.message.replace(String(port), 'PORT'),
    )
  }

  test.each([
    [['Negotiate', 'NTLM'], 'Negotiate/NTLM'],
    [['NTLM'], 'NTLM'],
    [['Negotiate, NTLM'], 'Negotiate/NTLM'],
    [['Digest realm="a, b", nonce="x", qop="auth"'], 'Digest'],
    [['Kerberos'], 'Kerberos'],
  ])('of a scheme that the agent does not speak: %j', async (offers, named) => {
    for (const login of [undefined, 'user:password']) {
      const said = await tunnel(offers, login)
      expect(said).toContain(`wants ${named}, which the agent does not speak`)
      expect(said).toContain('let collector.example:443 through without a login')
      expect(said).not.toContain('user:password')
    }
  })

  test('of a name and a password: is told where none was given, and where they are wrong', async () => {
    expect(await tunnel(['Negotiate', 'NTLM', 'Basic realm="x"'])).toMatch(/give PROXY as http:\/\/user:password@/)
    expect(await tunnel(['basic realm="x"'], 'a:b')).toMatch(/does not accept the login/)
    expect(await tunnel([])).toMatch(/give PROXY as/)
  })
})

describe('a proxy', () => {
  test.each(['HTTP/1.1 200 Connection established\r\n\r\n', 'HTTP/1.0 200 OK\r\n\r\n', 'HTTP/1.1 200 OK\n\n'])(
    'opens a tunnel with %j',
    async (answer) => {
      const { port, asked } = await proxy(answer)
      const socket = await openTunnel(`http://127.0.0.1:${port}`, '[2001:db8::1]:443', () => undefined, 2_000)
      socket.destroy()
      expect(asked[0]).toMatch(/^CONNECT \[2001:db8::1\]:443 HTTP\/1\.1\r\nHost: \[2001:db8::1\]:443\r\n/)
    },
  )

  test('is reached by its IPv6 address', async () => {
    const { port, asked } = await proxy('HTTP/1.1 200 OK\r\n\r\n', '::1')
    const socket = await openTunnel(`http://[::1]:${port}`, 'collector.example:443', () => undefined, 2_000)
    socket.destroy()
    expect(asked).toHaveLength(1)
  })

  test.each([
    ['proxy:8080', 'http://proxy:8080'],
    ['http=p1:80;https=p2:443', 'http://p2:443'],
    ['https=http://p2:443', 'http://p2:443'],
    ['[fe80::1]:8080', 'http://[fe80::1]:8080'],
    ['proxy.nhs.uk:8080;proxy2:8080', 'http://proxy.nhs.uk:8080'],
    ['http=proxy:8080', undefined],
    ['socks=p:1080', undefined],
  ])('of Windows: %s', (list, expected) => expect(proxyOfList(list)).toBe(expected))
})

test('the first heartbeat, too, comes when welcome asks for it', async () => {
  const heard: string[] = []
  const server = createHttpServer().on('upgrade', (request, socket) => {
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`
    const accept = createHash('sha1').update(key).digest('base64')
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: ${SUBPROTOCOL}\r\n\r\n`,
    )
    const welcome = { type: 'welcome', protocol: 1, serverTime: 0, heartbeatSeconds: 5, probes: [] }
    socket.write(unmasked(encodeFrame(OPCODE.text, Buffer.from(JSON.stringify(welcome)))))
    socket.on('data', (bytes: Buffer) => heard.push(...framesIn(bytes)))
    socket.on('error', () => undefined)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  servers.push({ close: () => (server.closeAllConnections(), server.close()) })
  const clock = new VirtualClock(1_000_000)
  let isWelcome = false
  const uplink = startUplink({
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    backoff: createBackoff(() => 1),
    dial: async () => {
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
      await once(socket, 'connect')
      return socket
    },
    host: 'collector.example',
    prover: {
      prepare: () => undefined,
      authorization: () => Promise.resolve('Bearer x'),
      refused: () => false,
      accepted: () => undefined,
      by: undefined,
      claim: () => undefined,
    },
    hello: () => ({ type: 'hello' }) as never,
    vitals: () => undefined,
    firstEvents: () => [],
    on: { connected: () => undefined, welcome: () => (isWelcome = true), lost: () => undefined },
  })
  await eventually(() => expect(isWelcome).toBe(true))
  clock.advanceTo(clock.now() + 5_000)
  await eventually(() => expect(heard).toContain('heartbeat'))
  await uplink.goodbye('service-stop', 100)
})

/** A server's frames are not masked; those of `encodeFrame` are, with lengths below 126. */
function unmasked(frame: Buffer): Buffer {
  const length = (frame[1] ?? 0) & 0x7f
  const mask = frame.subarray(2, 6)
  const body = frame.subarray(6, 6 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0))
  return Buffer.concat([Buffer.from([frame[0] ?? 0, length]), body])
}

/** Types of the small frames that arrived together. */
function framesIn(bytes: Buffer): string[] {
  const types: string[] = []
  for (let at = 0; at + 6 <= bytes.length; ) {
    const length = (bytes[at + 1] ?? 0) & 0x7f
    if (length > 125) break
    const body = unmasked(bytes.subarray(at, at + 6 + length)).subarray(2)
    if (((bytes[at] ?? 0) & 0x0f) === OPCODE.text) types.push((JSON.parse(body.toString()) as { type: string }).type)
    at += 6 + length
  }
  return types
}
