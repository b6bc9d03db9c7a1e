import type { IncomingMessage, RequestListener } from 'node:http'
import type { TLSSocket } from 'node:tls'

const YEAR_SECONDS = 365 * 24 * 60 * 60
/** A browser comes back over TLS alone, to this host and those below it. */
const TLS_ALONE = `max-age=${YEAR_SECONDS}; includeSubDomains`
/** Nothing of an answer runs, loads or stands in a frame; those that are for it say so themselves (serve/http/security.ts). */
const NOTHING = "default-src 'none';base-uri 'none';frame-ancestors 'none'"

/**
 * Whoever answers, probes and what stands by too: a browser makes nothing of it but what it is.
 * @param trustProxy whether a proxy before us says how the request came
 */
export function withSafeHeaders(listener: RequestListener, trustProxy: boolean): RequestListener {
  return (request, response) => {
    response.setHeader('Content-Security-Policy', NOTHING)
    response.setHeader('X-Content-Type-Options', 'nosniff')
    response.setHeader('Referrer-Policy', 'same-origin')
    // on plain HTTP, which is loopback, a browser would refuse the next visit
    if (cameByTls(request, trustProxy)) response.setHeader('Strict-Transport-Security', TLS_ALONE)
    listener(request, response)
  }
}

function cameByTls({ socket, headers }: IncomingMessage, trustProxy: boolean): boolean {
  if ((socket as Partial<TLSSocket>).encrypted) return true
  const [said = ''] = String(headers['x-forwarded-proto'] ?? '').split(',')
  return trustProxy && said.trim() === 'https'
}
