import { type ClientRequest, type IncomingMessage, request as open, type ServerResponse } from 'node:http'
import { request as openSecurely } from 'node:https'
import { pipeline } from 'node:stream'
import { begin } from '../gateway/process/forward.ts'

/** In the answers of a brain that stands by, or does not answer pages yet: it has done nothing. */
export const STANDS_BY = 'pumphandle-stands-by'

/** What came of asking one brain. */
export type Outcome =
  /** The answer is on its way, or whoever asked has gone. */
  | 'answered'
  /** The brain was not reached, or has done nothing. */
  | 'unsent'
  /** It was sent, and nobody knows what was done of it. */
  | 'unanswered'

export interface Asked {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly headers: IncomingMessage['headers']
  /** All of it; undefined: it goes on as it comes. */
  readonly body: Buffer | undefined
}

/** Asks a brain, and hands its answer on. @param onAsked told of the request, which may be ended */
export function askBrain(
  brain: URL,
  { request, response, headers, body }: Asked,
  onAsked: (upstream: ClientRequest) => void,
): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<Outcome>()
  const upstream = (brain.protocol === 'https:' ? openSecurely : open)(brain, {
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers,
  })
  onAsked(upstream)
  let isSent = false
  upstream.once('socket', (socket) => {
    if (socket.connecting)
      socket.once('connect', () => {
        isSent = true
      })
    else isSent = true
  })
  upstream.once('response', (answer) => {
    if (answer.headers[STANDS_BY] !== undefined) {
      answer.resume()
      return resolve('unsent')
    }
    begin(response, answer)
    // either end may leave: the other is ended
    pipeline(answer, response, () => resolve('answered'))
  })
  upstream.once('error', () => {
    if (response.headersSent) response.destroy()
    resolve(response.headersSent ? 'answered' : isSent ? 'unanswered' : 'unsent')
  })
  upstream.on('error', () => undefined)
  const gone = (): void => {
    upstream.destroy()
    resolve('answered')
  }
  response.once('close', gone)
  upstream.once('close', () => response.off('close', gone))
  if (body) upstream.end(body)
  else pipeline(request, upstream, () => undefined)
  return promise
}
