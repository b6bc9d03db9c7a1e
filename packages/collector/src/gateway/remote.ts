import type { IncomingMessage } from 'node:http'

/** How to tell a request's address: the connection's, or what the trusted proxy in front says. */
export function remoteOf(trustProxy: boolean): (request: IncomingMessage) => string {
  return (request) => {
    const direct = request.socket.remoteAddress ?? ''
    if (!trustProxy) return direct
    // the last entry is the one that our proxy wrote; those before it are the client's own word
    const forwarded = String(request.headers['x-forwarded-for'] ?? '')
    return forwarded.split(',').at(-1)?.trim() || direct
  }
}
