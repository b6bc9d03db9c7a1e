import { createHmac, randomBytes } from 'node:crypto'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** The Windows account that the proxy knows: `NHS\svc-proxy`, password `password`. */
export const PROXY_ACCOUNT = { domain: 'NHS', user: 'svc-proxy', password: 'password' } as const
/** MD4 of the password as UTF-16: what a domain keeps of it. */
const NT_HASH = Buffer.from('8846f7eaee8fb117ad06bdd830b7586c', 'hex')

export interface NtlmProxy {
  /** `127.0.0.1:port`. */
  address: string
  /** NTLM messages that came, by their number (1, 3), in order. */
  messages: number[]
  /** Accounts that were signed on, as `domain\user`. */
  accepted: string[]
  close(): void
}

/** An HTTP proxy that takes nothing but NTLM, by itself or inside Negotiate, and holds its answers against the password. */
export async function startNtlmProxy(scheme: 'NTLM' | 'Negotiate'): Promise<NtlmProxy> {
  const messages: number[] = []
  const accepted: string[] = []
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    const challenge = randomBytes(8)
    let head = ''
    function onData(bytes: Buffer): void {
      head += bytes.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      const [, target = ''] = /^CONNECT (\S+)/.exec(head) ?? []
      const message = Buffer.from(new RegExp(`authorization: ${scheme} (\\S+)`, 'i').exec(head)?.[1] ?? '', 'base64')
      head = ''
      const type = message.toString('latin1', 0, 8) === 'NTLMSSP\0' ? message.readUInt32LE(8) : 0
      if (type > 0) messages.push(type)
      const account = type === 3 ? signedOn(message, challenge) : undefined
      if (account === undefined) return void socket.write(refusal(type === 1 ? ` ${challengeOf(challenge)}` : ''))
      accepted.push(account)
      socket.off('data', onData)
      const [, host = '', port = ''] = /^(.*):(\d+)$/.exec(target) ?? []
      const onward = connect(Number(port), host, () => socket.write('HTTP/1.1 200 Connection established\r\n\r\n'))
      sockets.add(onward)
      onward.on('error', () => socket.destroy())
      onward.pipe(socket).pipe(onward)
    }
    const refusal = (token: string): string =>
      `HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: ${scheme}${token}\r\nContent-Length: 5\r\n\r\n<h1/>`
    socket.on('data', onData).on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    messages,
    accepted,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** CHALLENGE_MESSAGE ([MS-NLMP] 2.2.1.2), base64: Unicode, NTLMv2, the names of a domain and a server. */
function challengeOf(challenge: Buffer): string {
  const pair = (id: number, text: string): Buffer => {
    const value = Buffer.from(text, 'utf16le')
    const head = Buffer.alloc(4)
    head.writeUInt16LE(id, 0)
    head.writeUInt16LE(value.length, 2)
    return Buffer.concat([head, value])
  }
  const name = Buffer.from(PROXY_ACCOUNT.domain, 'utf16le')
  const info = Buffer.concat([pair(2, PROXY_ACCOUNT.domain), pair(1, 'PROXY'), pair(0, '')])
  const head = Buffer.alloc(48)
  head.write('NTLMSSP\0', 'latin1')
  head.writeUInt32LE(2, 8)
  writeField(head, 12, name.length, head.length)
  head.writeUInt32LE(0x20898205, 20)
  challenge.copy(head, 24)
  writeField(head, 40, info.length, head.length + name.length)
  return Buffer.concat([head, name, info]).toString('base64')
}

function writeField(head: Buffer, at: number, length: number, offset: number): void {
  head.writeUInt16LE(length, at)
  head.writeUInt16LE(length, at + 2)
  head.writeUInt32LE(offset, at + 4)
}

/** Who an AUTHENTICATE_MESSAGE is of, where its NTLMv2 proof is right ([MS-NLMP] 2.2.1.3, 3.3.2). */
function signedOn(message: Buffer, challenge: Buffer): string | undefined {
  const field = (at: number): Buffer => {
    const offset = message.readUInt32LE(at + 4)
    return message.subarray(offset, offset + message.readUInt16LE(at))
  }
  const [response, domain, user] = [field(20), field(28).toString('utf16le'), field(36).toString('utf16le')]
  const hmac = (key: Buffer, ...parts: Buffer[]): Buffer => createHmac('md5', key).update(Buffer.concat(parts)).digest()
  const key = hmac(NT_HASH, Buffer.from(user.toUpperCase() + domain, 'utf16le'))
  const isRight = hmac(key, challenge, response.subarray(16)).equals(response.subarray(0, 16))
  return isRight ? `${domain}\\${user}` : undefined
}
