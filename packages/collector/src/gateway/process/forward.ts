import { request as ask, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { pipeline } from 'node:stream'

/** Headers of one connection, not of the message (RFC 9110 section 7.6.1). */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade']

export interface ForwardOptions {
  /** Path of the socket that the core's HTTP server listens on. */
  readonly upstream: string
  readonly isSecure: boolean
  /** A proxy in front of this gateway is trusted: what it forwards is kept. */
  readonly trustProxy: boolean
}

/** Hands pages' and tools' requests to the core, with the address that they come from. */
export function forwardTo(options: ForwardOptions): RequestListener {
  return (request, response) => {
    const upstream = ask({
      socketPath: options.upstream,
      method: request.method ?? 'GET',
      path: request.url ?? '/',
      headers: headersFor(request, options),
    })
    upstream.on('response', (answer) => {
      begin(response, answer)
      pipeline(answer, response, () => undefined) // either end may leave: the other is ended
    })
    upstream.on('error', () => unavailable(response))
    response.on('close', () => upstream.destroy())
    pipeline(request, upstream, () => undefined)
  }
}

/** A request's headers as the next one is to see them, with where it came from. */
export function headersFor(
  request: IncomingMessage,
  { isSecure, trustProxy }: Pick<ForwardOptions, 'isSecure' | 'trustProxy'>,
): IncomingMessage['headers'] {
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

/** Those of the message, without those of one connection. */
function endToEnd(headers: IncomingMessage['headers']): IncomingMessage['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)))
}

/** The head of an answer that is handed on, by headers that can be asked for later. */
export function begin(response: ServerResponse, answer: IncomingMessage): void {
  for (const [name, value] of Object.entries(endToEnd(answer.headers)))
    if (value !== undefined) response.setHeader(name, value)
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage)
}

/** Nobody is there to answer it. */
export function unavailable(response: ServerResponse): void {
  if (response.headersSent) return void response.destroy()
  response.writeHead(503, { 'content-type': 'text/plain', 'retry-after': '5' })
  response.end('The collector restarts; try again in a moment.\n')
}
