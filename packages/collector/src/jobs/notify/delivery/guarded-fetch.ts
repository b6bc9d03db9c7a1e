import { type ClientRequest, type IncomingMessage, request as plainRequest, type RequestOptions } from 'node:http'
import { request as secureRequest } from 'node:https'
import { type BlockList, connect, isIP } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { OFF_LIMITS } from './off-limits.ts'

/**
 * The same as fetch for what messages need: status and headers of the answer, of which nothing more is read. The address that a
 * name leads to is looked at in the moment in which it is connected to: what a name server says later, or said before, leads
 * nobody elsewhere. Redirects are not followed.
 *
 * @param offLimits addresses that are not connected to
 */
export function guardedFetch(offLimits: BlockList = OFF_LIMITS): typeof fetch {
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input)
    try {
      const answer = await answerOf(url, init, offLimits)
      // the rest is nothing that anybody looks at
      answer.destroy()
      const headers = new Headers()
      const after = answer.headers['retry-after']
      if (after !== undefined) headers.set('retry-after', after)
      return new Response(null, { status: Math.max(200, answer.statusCode ?? 0), headers })
    } catch (error) {
      if (init.signal?.aborted) throw init.signal.reason
      // as fetch says it
      throw new TypeError('fetch failed', { cause: error })
    }
  }
}

function answerOf(url: URL, init: RequestInit, blockList: BlockList): Promise<IncomingMessage> {
  const isSecure = url.protocol === 'https:'
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port) || (isSecure ? 443 : 80)
  const options: RequestOptions = {
    method: init.method ?? 'GET',
    headers: Object.fromEntries(new Headers(init.headers)),
    ...(init.signal && { signal: init.signal }),
    createConnection() {
      const socket = connect({ host, port, blockList })
      if (!isSecure) return socket
      // a name that is an address is none for SNI (RFC 6066 section 3)
      return connectTls({ socket, host, ...(isIP(host) === 0 && { servername: host }), ALPNProtocols: ['http/1.1'] })
    },
  }
  return new Promise((resolve, reject) => {
    const request: ClientRequest = (isSecure ? secureRequest : plainRequest)(url, options, resolve)
    // also what comes after the answer was ended
    request.on('error', reject)
    // one that answers by another protocol (101) is closed without an error or an answer
    request.on('close', () => reject(new Error('it ended without an answer')))
    request.end(typeof init.body === 'string' ? init.body : undefined)
  })
}
