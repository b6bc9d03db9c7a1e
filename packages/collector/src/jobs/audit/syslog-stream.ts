import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { SECOND } from '@pumphandle/shared/time'

/** RFC 6587 names no port; 601 is what RFC 3195 and its followers use. RFC 5425 names 6514. */
const TCP_PORT = 601
const TLS_PORT = 6514
/** A receiver that takes longer is tried again later. */
const WITHIN_MS = 10 * SECOND

/**
 * Sends messages over one connection with octet counting, and waits until the receiver has closed its side.
 * @param url `syslog+tcp://host:601` or `syslog+tls://host:6514`, whose certificate is verified as Node verifies all
 * @throws Error when it cannot be reached, does not prove who it is, or ends the connection before all was sent
 */
export async function sendSyslog(url: string, messages: readonly string[]): Promise<void> {
  const { protocol, hostname, port } = new URL(url)
  const host = hostname.replace(/^\[|\]$/g, '')
  const isTls = protocol === 'syslog+tls:'
  const target = { host, port: Number(port) || (isTls ? TLS_PORT : TCP_PORT), timeout: WITHIN_MS }
  const socket: Socket = isTls ? connectTls({ ...target, servername: host, rejectUnauthorized: true }) : connect(target)
  socket.once('timeout', () => socket.destroy(new Error(`${host} does not answer in time`)))
  // what a receiver says is not read, but an unread word would keep the connection open
  socket.resume()
  const closed = once(socket, 'close')
  closed.catch(() => undefined)
  await once(socket, isTls ? 'secureConnect' : 'connect')
  socket.end(
    Buffer.concat(
      messages.map((message) => {
        const bytes = Buffer.from(message)
        return Buffer.concat([Buffer.from(`${bytes.length} `), bytes])
      }),
    ),
  )
  await closed
}
