import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, BlockList, createServer as createTcpServer, isIPv6, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MINUTE } from '@pumphandle/shared/time'
import type { Config } from '../config/index.ts'
import { listenAddress } from '../model/address.ts'
import { StartError } from '../model/start-error.ts'
import type { Certificate } from './certificate.ts'
import { HANDSHAKE_WITHIN_MS } from './limits.ts'
import { oneByOne } from './one-by-one.ts'
import { withSafeHeaders } from './safe-headers.ts'

/** Headers of a request, all of them: a practice's proxy adds some; nobody needs more. */
const MAX_HEADER_BYTES = 16 * 1024
/** From the first byte to the whole request; uploads of an ODS file over a slow line take the longest. */
const REQUEST_WITHIN_MS = MINUTE
const HEADERS_WITHIN_MS = 10_000
/**
 * How long a proxy's connection stays that asks nothing, in milliseconds: longer than proxies keep one (nginx a minute, Caddy two). Where
 * this end hung up first, as Node does after five seconds, a request that is just on its way would be answered with 502.
 */
const PROXYS_IDLE_MS = 130_000
/** How often it is looked for requests that take too long: they end within a second of their time. */
const LOOK_EVERY_MS = 1_000
/** Connections that the kernel keeps until they are accepted, as far as it allows: a fleet comes back all at once. */
const BACKLOG = 4096

/** An HTTP server, or HTTPS with a certificate. @param proxies where any are named, nobody else is listened to but this computer */
export function createHttpServer(
  certificate: Certificate | undefined,
  listener: RequestListener,
  { proxies, trustProxy }: Pick<Config, 'proxies' | 'trustProxy'>,
): Server {
  const server = newServer(certificate, oneByOne(withSafeHeaders(listener, trustProxy)))
  if (trustProxy) server.keepAliveTimeout = PROXYS_IDLE_MS
  if (proxies.length > 0) hearOnly(server, proxies)
  return server
}

/** Whoever came past the proxies would be believed whatever address it says that it has. */
function hearOnly(server: Server, proxies: readonly string[]): void {
  const known = new BlockList()
  for (const proxy of ['127.0.0.1', '::1', ...proxies]) {
    const [address = '', bits] = proxy.split('/')
    const kind = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (bits === undefined) known.addAddress(address, kind)
    else known.addSubnet(address, Number(bits), kind)
  }
  // of TLS this is the socket beneath, before a byte of the handshake
  server.prependListener('connection', (socket: Socket) => {
    // a socket that listens on both kinds writes the older one as ::ffff:10.0.0.5, which the list knows
    const { remoteAddress: from = '' } = socket
    if (!known.check(from, isIPv6(from) ? 'ipv6' : 'ipv4')) socket.destroy()
  })
}

function newServer(certificate: Certificate | undefined, listener: RequestListener): Server {
  const options = {
    maxHeaderSize: MAX_HEADER_BYTES,
    requestTimeout: REQUEST_WITHIN_MS,
    headersTimeout: HEADERS_WITHIN_MS,
    connectionsCheckingInterval: LOOK_EVERY_MS,
  }
  if (!certificate) return createServer(options, listener)
  const server = createTlsServer(
    { ...options, ...certificate.options, handshakeTimeout: HANDSHAKE_WITHIN_MS },
    listener,
  )
  certificate.serve(server)
  return server
}

/**
 * Proxies of ours that a request has come through: what stands before their entries in X-Forwarded-For is the client's own
 * word. A gateway process counts as one, and so does an edge or a serve.
 */
export function trustedHops({ trustProxy, gateways, role }: Pick<Config, 'trustProxy' | 'gateways' | 'role'>): number {
  // a brain is reached through an edge or a serve
  return (trustProxy ? 1 : 0) + (gateways > 0 || role === 'brain' ? 1 : 0)
}

/** Where a server listens, and how. */
type Address = Pick<Config, 'host' | 'port' | 'tls'>

/**
 * Listens, and answers with the address.
 *
 * @param isShared with other processes of this user, which the kernel then gives connections in turn
 * @throws StartError when the port is taken or not allowed
 */
export async function listen(server: Server, address: Address, { isShared = false } = {}): Promise<string> {
  const { host, port } = address
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(sentence(error, address)))
    server.listen({ host, port, backlog: BACKLOG, reusePort: isShared }, resolve)
  })
  return listenAddress(address, (server.address() as AddressInfo).port)
}

/** Notices another program on the port, which a server that shares it would not. @throws StartError */
export async function checkPort(address: Address): Promise<void> {
  const server = createTcpServer()
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(sentence(error, address)))
    server.listen({ host: address.host, port: address.port }, () => void server.close(() => resolve()))
  })
}

/** A server that only processes of this user reach, through a socket file in a folder of its own. */
export async function listenPrivately(server: Server): Promise<{ path: string; remove: () => void }> {
  const folder = mkdtempSync(join(tmpdir(), 'pumphandle-'))
  const path = join(folder, 'core.sock')
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  return { path, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

function sentence(error: NodeJS.ErrnoException, { host, port }: Address): StartError {
  const where = `${host}:${port}`
  const what: Record<string, string> = {
    EADDRINUSE: `Another program listens on ${where}; end it, or set PUMPHANDLE_PORT to a free port.`,
    EACCES: `This user may not listen on ${where}; set PUMPHANDLE_PORT to 1024 or more.`,
    ENOTSUP: 'This system cannot share a port among processes; set PUMPHANDLE_GATEWAYS to 0.',
    EADDRNOTAVAIL: `This computer has no address ${host}; set PUMPHANDLE_HOST to one that it has.`,
  }
  return new StartError(what[error.code ?? ''] ?? `Cannot listen on ${where}: ${error.message}.`, { cause: error })
}
