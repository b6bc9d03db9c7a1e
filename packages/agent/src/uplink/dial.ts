import { connect as connectTcp, isIP, type Socket } from 'node:net'
import { type ConnectionOptions, connect as connectTls } from 'node:tls'
import { MIN_VERSION, ownContext, pinnedContext } from '../config/authorities.ts'
import type { SignOn } from '../windows/sign-on.ts'
import { openTunnel } from './proxy.ts'
import { plainHost } from './proxy-line.ts'

/** Where the collector is, and how to get there. */
export interface Route {
  url: URL
  /** `http://host:port` of an HTTP proxy. */
  proxy?: string | undefined
  /** Asked for only when the proxy is about to need it: opening a sealed secret takes time on Windows. */
  proxyLogin: () => string | undefined
  /** Windows' own ways to sign on to a proxy; absent on other systems. */
  signOn?: (() => SignOn) | undefined
  /** PEM certificates of which one must have signed the collector's; without it, those that the system trusts. */
  ca?: readonly string[] | undefined
  /** TLS session of the last connection: resuming it saves a round trip. */
  session?: Buffer | undefined
}

/** From the first packet to the end of the handshake, proxy included. */
export const DIAL_TIMEOUT_MS = 20_000

function isSecure(url: URL): boolean {
  return url.protocol === 'https:' || url.protocol === 'wss:'
}

export function portOf(url: URL): number {
  return url.port === '' ? (isSecure(url) ? 443 : 80) : Number(url.port)
}

/** TLS options for a host. The certificate is always verified: there is no option that turns it off. */
export function tlsOptions(host: string, pinned: readonly string[] | undefined): ConnectionOptions {
  const secureContext = pinned ? pinnedContext(pinned) : ownContext()
  return {
    host,
    ...(isIP(host) === 0 && { servername: host }),
    ...(secureContext && { secureContext }),
    // said, or NODE_TLS_REJECT_UNAUTHORIZED in the machine's environment would decide
    rejectUnauthorized: true,
    minVersion: MIN_VERSION,
    ALPNProtocols: ['http/1.1'],
  }
}

/**
 * A connected socket to the collector, encrypted and verified where the address says so. The name is looked up and the
 * connection begun before this returns.
 *
 * @param onBegun called when the network has the first packet of the handshake: what can be done while it is under way
 * @throws (rejects) with the network's or TLS's own error, or a ProxyError
 */
export async function dial(route: Route, onBegun?: () => void): Promise<Socket> {
  const timeoutMs = DIAL_TIMEOUT_MS
  const host = plainHost(route.url)
  const port = portOf(route.url)
  const tunnel =
    route.proxy === undefined
      ? undefined
      : await openTunnel(route.proxy, `${route.url.hostname}:${port}`, route.proxyLogin, timeoutMs, route.signOn)
  const secure = isSecure(route.url)
  const socket = secure
    ? connectTls({
        ...tlsOptions(host, route.ca),
        port,
        ...(tunnel && { socket: tunnel }),
        ...(route.session && { session: route.session }),
      })
    : (tunnel ?? connectTcp({ host, port }))
  if (tunnel && !secure) return tunnel
  if (onBegun) socket.once('connect', () => setImmediate(onBegun))
  return ready(socket, secure ? 'secureConnect' : 'connect', timeoutMs, `${host}:${port}`)
}

/** Waits for `event`, for the socket's error, or for the time to run out. */
export function ready(socket: Socket, event: string, timeoutMs: number, name: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const onTimeout = (): void => void socket.destroy(new Error(`${name} did not answer within ${timeoutMs / 1000} s.`))
    socket.setTimeout(timeoutMs, onTimeout)
    socket.once('error', reject)
    socket.once(event, () => {
      socket.setTimeout(0)
      socket.off('timeout', onTimeout)
      socket.off('error', reject)
      socket.setNoDelay(true)
      resolve(socket)
    })
  })
}
