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
import { type Account, type SignOn, SignOnError } from '../src/windows/sign-on.ts'
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
  test.each([
    'HTTP/1.1 200 Connection established\r\n\r\n',
    'HTTP/1.0 200 OK\r\n\r\n',
    'HTTP/1.1 200 OK\n\n',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
  ])('opens a tunnel with %j', async (answer) => {
    const { port, asked } = await proxy(answer)
    const socket = await openTunnel(`http://127.0.0.1:${port}`, '[2001:db8::1]:443', () => undefined, 2_000)
    socket.destroy()
    expect(asked[0]).toMatch(/^CONNECT \[2001:db8::1\]:443 HTTP\/1\.1\r\nHost: \[2001:db8::1\]:443\r\n/)
  })

  test('is none that answers in another protocol, and that is said at once', async () => {
    const { port } = await proxy('SSH-2.0-OpenSSH_9.6\r\n')
    const opened = openTunnel(`http://127.0.0.1:${port}`, 'collector.example:443', () => undefined, 60_000)
    await expect(opened).rejects.toThrow(/does not answer like an HTTP proxy/)
  })

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

describe('a proxy that takes Windows’ own schemes', () => {
  /** What a proxy says to each proof, told by its scheme and content; empty where there was none. */
  type Script = (said: string) => string
  const TARGET = 'collector.example:443'
  const OPEN = 'HTTP/1.1 200 OK\r\n\r\nhello'
  const refused = (...offers: string[]): string =>
    `HTTP/1.1 407 No\r\n${offers.map((offer) => `Proxy-Authenticate: ${offer}\r\n`).join('')}Content-Length: 9\r\n\r\n<h1>no\r\n\r`
  const tokenOf = (request: string): string => {
    const [, scheme = '', token = ''] = /^Proxy-Authorization: (\w+) (\S+)/m.exec(request) ?? []
    return scheme === '' ? '' : `${scheme} ${Buffer.from(token, 'base64').toString()}`
  }
  const challenge = (scheme: string, text: string): string => `${scheme} ${Buffer.from(text).toString('base64')}`

  async function scripted(script: Script): Promise<{ address: string; heard: string[] }> {
    const heard: string[] = []
    let connections = 0
    const server = createServer((socket) => {
      const number = ++connections
      socket.on('error', () => undefined)
      socket.on('data', (bytes) => {
        const request = bytes.toString('latin1')
        expect(request).toMatch(new RegExp(`^CONNECT ${TARGET} HTTP/1\\.1\\r\\nHost: ${TARGET}\\r\\n`))
        heard.push(`${number}: ${tokenOf(request) || 'nothing'}`)
        const answer = script(tokenOf(request))
        socket.write(answer)
        if (/^Connection: close/m.test(answer)) socket.end()
      })
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    servers.push(server)
    return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, heard }
  }

  /** Stands in for Windows: its words tell the account, and what was heard. */
  function windows({ without = [] as string[], refuses = false } = {}): SignOn & { open: number } {
    const own = { open: 0, begin }
    function begin(scheme: string, host: string, account?: Account) {
      if (without.includes(scheme)) throw new SignOnError(`Windows does not sign on by ${scheme}: reason`)
      expect(host).toBe('127.0.0.1')
      own.open++
      const who = account ? `${account.domain}/${account.user}/${account.password}` : 'computer'
      return {
        next: (heard?: Buffer): Promise<Buffer> =>
          refuses && heard
            ? Promise.reject(new SignOnError('no domain controller answers'))
            : Promise.resolve(Buffer.from(heard ? `${who} on ${heard.toString()}` : who)),
        close: () => void own.open--,
      }
    }
    return own
  }

  async function through(
    { address }: { address: string },
    signOn: SignOn & { open: number },
    login?: string,
  ): Promise<string> {
    try {
      const socket = await openTunnel(
        `http://${address}`,
        TARGET,
        () => login,
        5_000,
        () => signOn,
      )
      const [first] = (await once(socket.resume(), 'data')) as [Buffer]
      socket.destroy()
      return first.toString()
    } catch (error) {
      return (error as Error).message.replaceAll(address, 'PROXY')
    } finally {
      expect(signOn.open).toBe(0)
    }
  }

  test('is signed on to as the computer, word by word on one connection', async () => {
    const proxy = await scripted((said) =>
      said === 'Negotiate computer on two'
        ? OPEN
        : refused(said === 'Negotiate computer' ? challenge('Negotiate', 'two') : 'Negotiate', 'NTLM'),
    )
    expect(await through(proxy, windows())).toBe('hello')
    expect(proxy.heard).toEqual(['1: nothing', '1: Negotiate computer', '1: Negotiate computer on two'])
  })

  test.each([
    ['a page in chunks', 'Transfer-Encoding: chunked\r\n\r\n5\r\n0\r\n\r\n\r\n0\r\n\r\n', 1],
    ['a connection that ends', 'Connection: close\r\nContent-Length: 0\r\n\r\n', 2],
    ['a page without a length', '\r\nno', 2],
  ])('is signed on to after %s', async (_name, rest, connection) => {
    const proxy = await scripted((said) =>
      said === 'NTLM computer on two'
        ? OPEN
        : said === 'NTLM computer'
          ? refused(challenge('NTLM', 'two'))
          : `HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\n${rest}`,
    )
    expect(await through(proxy, windows())).toBe('hello')
    expect(proxy.heard).toEqual(['1: nothing', `${connection}: NTLM computer`, `${connection}: NTLM computer on two`])
  })

  test('is signed on to by NTLM where Windows has no account for Negotiate, or the proxy does not go on with it', async () => {
    const script: Script = (said) =>
      said === 'NTLM computer on two'
        ? OPEN
        : refused('Negotiate', said === 'NTLM computer' ? challenge('NTLM', 'two') : 'NTLM')
    expect(await through(await scripted(script), windows({ without: ['Negotiate'] }))).toBe('hello')
    const proxy = await scripted(script)
    expect(await through(proxy, windows())).toBe('hello')
    expect(proxy.heard.join()).toBe('1: nothing,1: Negotiate computer,1: NTLM computer,1: NTLM computer on two')
  })

  test('is signed on to by the account in PROXY, whose password it sees only where it takes nothing else', async () => {
    const ntlm = await scripted((said) => (said.startsWith('NTLM') ? OPEN : refused('NTLM', 'Basic realm="x"')))
    expect(await through(ntlm, windows(), 'NHS\\svc:pa:ss')).toBe('hello')
    expect(ntlm.heard).toEqual(['1: nothing', '1: NTLM NHS/svc/pa:ss'])
    const basic = await scripted((said) => (said === 'Basic NHS\\svc:pa:ss' ? OPEN : refused('Basic realm="x"')))
    expect(await through(basic, windows(), 'NHS\\svc:pa:ss')).toBe('hello')
    expect(basic.heard).toEqual(['1: nothing', '1: Basic NHS\\svc:pa:ss'])
    const both = await scripted((said) => (said.startsWith('Basic') ? OPEN : refused('NTLM', 'Basic realm="x"')))
    expect(await through(both, windows({ without: ['NTLM'] }), 'NHS\\svc:pa:ss')).toBe('hello')
    const plain = await scripted((said) => (said === 'NTLM /svc@nhs.example/word' ? OPEN : refused('NTLM')))
    expect(await through(plain, windows(), 'svc@nhs.example:word')).toBe('hello')
    expect(plain.heard).toEqual(['1: Basic svc@nhs.example:word', '1: NTLM /svc@nhs.example/word'])
  })

  test('that refuses an account sees it once, and says what helps', async () => {
    const proxy = await scripted((said) =>
      refused(/^Negotiate [^ ]*$/.test(said) ? challenge('Negotiate', 'two') : 'Negotiate', 'NTLM'),
    )
    expect(await through(proxy, windows())).toMatch(
      /wants Negotiate\/NTLM and does not accept this computer’s own account: give PROXY as http:\/\/domain\\user:password@PROXY, or ask its administrator to let collector.example:443 through without a login/,
    )
    expect(proxy.heard).toHaveLength(3)
    expect(await through(proxy, windows(), 'NHS\\svc:old')).toMatch(
      /does not accept the account in PROXY: give another/,
    )
    expect(proxy.heard).toHaveLength(6)
    const known = await scripted(() => refused('NTLM', 'Basic realm="x"'))
    expect(await through(known, windows(), 'svc:old')).toMatch(/does not accept the login/)
    expect(known.heard).toEqual(['1: Basic svc:old'])
  })

  test('says why Windows does not sign on', async () => {
    const proxy = await scripted((said) => refused(said === '' ? 'NTLM' : challenge('NTLM', 'two')))
    expect(await through(proxy, windows({ without: ['NTLM'] }))).toMatch(
      /own account \(Windows does not sign on by NTLM: reason\): give PROXY/,
    )
    expect(await through(proxy, windows({ refuses: true }))).toMatch(/\(no domain controller answers\)/)
  })

  test('that never comes to an end is left', async () => {
    const proxy = await scripted((said) => refused(said === '' ? 'NTLM' : challenge('NTLM', 'more')))
    expect(await through(proxy, windows())).toMatch(/does not accept/)
    expect(proxy.heard.length).toBeLessThan(8)
  })

  test('that closes the connection meanwhile is told of', async () => {
    const proxy = await scripted((said) =>
      said === ''
        ? refused('NTLM')
        : `HTTP/1.1 407 No\r\nProxy-Authenticate: ${challenge('NTLM', 'two')}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
    )
    expect(await through(proxy, windows())).toBe('The proxy PROXY closes the connection while Windows signs on.')
  })
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
