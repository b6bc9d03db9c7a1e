import { createHash, randomBytes } from 'node:crypto'
import { AGENT_SOCKET_PATH, SUBPROTOCOL, TELLS_CRASH, TELLS_HEADER } from '@pumphandle/shared/wire/protocol'

/** RFC 6455 section 1.3: what the server's answer to our key is made with. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const END_OF_HEAD = '\r\n\r\n'
/** A collector's answer has a few hundred bytes; a proxy's error page says enough in this many. */
const MAX_HEAD_BYTES = 16_384

/** The request that turns a connection into a WebSocket, and the reading of its answer (RFC 6455 section 4.1). */
export interface Upgrade {
  request: string
  /** Undefined until the head is there in full. */
  answer(bytes: Buffer): UpgradeAnswer | undefined
}

export interface UpgradeAnswer {
  status: number
  isAccepted: boolean
  /** Seconds that the collector asked to wait. */
  retryAfter: number | undefined
  /** What came behind the head: the first frames. */
  rest: Buffer
}

/** What the machine says of itself before it is let in. */
export interface Claim {
  /** The Authorization header: its proof of who it is. */
  authorization: string
  /** It has a crash to tell: where a whole fleet comes back, those are let in first. */
  tellsCrash: boolean
}

export function createUpgrade(host: string, { authorization, tellsCrash }: Claim): Upgrade {
  const key = randomBytes(16).toString('base64')
  const lines = [
    `GET ${AGENT_SOCKET_PATH} HTTP/1.1`,
    `Host: ${host}`,
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    `Sec-WebSocket-Key: ${key}`,
    `Sec-WebSocket-Protocol: ${SUBPROTOCOL}`,
    `Authorization: ${authorization}`,
    ...(tellsCrash ? [`${TELLS_HEADER}: ${TELLS_CRASH}`] : []),
  ]
  let head = Buffer.alloc(0)
  return {
    request: lines.join('\r\n') + END_OF_HEAD,
    answer(bytes) {
      head = Buffer.concat([head, bytes])
      const end = head.indexOf(END_OF_HEAD)
      if (end < 0 && head.length <= MAX_HEAD_BYTES) return undefined
      const text = head.toString('latin1', 0, end < 0 ? MAX_HEAD_BYTES : end)
      const [statusLine = '', ...headers] = text.split('\r\n')
      const header = (name: string): string | undefined => {
        const found = headers.find((line) => line.toLowerCase().startsWith(`${name}:`))
        return found?.slice(name.length + 1).trim()
      }
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(statusLine)?.[1] ?? 0)
      const accept = createHash('sha1')
        .update(key + GUID)
        .digest('base64')
      const retryAfter = Number(header('retry-after'))
      return {
        status,
        isAccepted:
          status === 101 &&
          header('sec-websocket-accept') === accept &&
          header('sec-websocket-protocol') === SUBPROTOCOL,
        retryAfter: Number.isFinite(retryAfter) ? retryAfter : undefined,
        rest: end < 0 ? Buffer.alloc(0) : head.subarray(end + END_OF_HEAD.length),
      }
    },
  }
}
