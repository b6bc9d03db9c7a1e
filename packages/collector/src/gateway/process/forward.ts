import {
  request as ask,
  type ClientRequest,
  type IncomingMessage,
  type RequestListener,
  type RequestOptions,
  type ServerResponse,
} from 'node:http'
import { request as askSecurely } from 'node:https'
import { pipeline } from 'node:stream'

/** Headers of one connection, not of the message (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']

export interface ForwardOptions {
  /**
   * Path of the socket that the core's HTTP server listens on; or, asked for each request, the address of a server on
   * another computer, undefined where none is known now.
   */
  readonly upstream: string | (() => URL | undefined)
  readonly isSecure: boolean
  /** A proxy in front of this gateway is trusted: what it forwards is kept. */
  readonly trustProxy: boolean
  /** Told of each request that is handed on. */
  readonly onAsked?: (upstream: ClientRequest) => void
}

/** Hands pages' and tools' requests to the core, with the address that they come from. */
export function forwardTo(options: ForwardOptions): RequestListener {
  return (request, response) => {
    const upstream = open(options.upstream, {
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: headersFor(request, options),
    })
    if (!upstream) return unavailable(response)
    options.onAsked?.(upstream)
    upstream.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.statusMessage, endToEnd(answer.headers))
      pipeline(answer, response, () => undefined) // either end may leave: the other is ended
    })
    upstream.on('error', () => unavailable(response))
    response.on('close', () => upstream.destroy())
    pipeline(request, upstream, () => undefined)
  }
}

function open(upstream: ForwardOptions['upstream'], request: RequestOptions): ClientRequest | undefined {
  if (typeof upstream === 'string') return ask({ ...request, socketPath: upstream })
  const url = upstream()
  return url && (url.protocol === 'https:' ? askSecurely : ask)(url, request)
}

function headersFor(request: IncomingMessage, { isSecure, trustProxy }: ForwardOptions): IncomingMessage['headers'] {
  const headers = endToEnd(request.headers)
  const before = trustProxy ? headers['x-forwarded-for'] : undefined
  // a gateway process of ours comes by a socket that has no address
  headers['x-forwarded-for'] = [before, request.socket.remoteAddress].filter(Boolean).join(', ')
  if (!trustProxy || headers['x-forwarded-proto'] === undefined)
    headers['x-forwarded-proto'] = isSecure ? 'https' : 'http'
  if (!trustProxy) delete headers['x-forwarded-host']
  // Node would send such a body bare where the method usually has none, and the core would read it as the next request
  if (request.headers['transfer-encoding'] !== undefined) headers['transfer-encoding'] = 'chunked'
  return headers
}

function endToEnd(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)))
}

function unavailable(response: ServerResponse): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '5' })
  response.end('The collector restarts; try again in a moment.\n')
}
