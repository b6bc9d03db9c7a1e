import { connect, type Socket } from 'node:net'

/** The proxy answered, and not with yes. */
class ProxyError extends Error {
  override name = 'ProxyError'
}

/** A proxy's answer to CONNECT is a few hundred bytes; what is longer is no proxy. */
const MAX_ANSWER_BYTES = 16_384
const END_OF_HEAD = '\r\n\r\n'

/**
 * Asks an HTTP proxy for a tunnel to `target` (RFC 9110 section 9.3.6), with Basic authentication where a login is given.
 * Windows' own schemes (NTLM, Negotiate) are not spoken: such a proxy must let the collector's address through.
 *
 * @param target `host:port`
 * @throws (rejects) ProxyError with a sentence, or the network's own error
 */
export function openTunnel(
  proxy: string,
  target: string,
  login: () => string | undefined,
  timeoutMs: number,
): Promise<Socket> {
  const { hostname, port, host } = new URL(proxy)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 80) })
    const fail = (message: string): void => void socket.destroy(new ProxyError(message))
    let answer = Buffer.alloc(0)
    const onTimeout = (): void => fail(`The proxy ${host} did not answer within ${timeoutMs / 1000} s.`)
    const onData = (bytes: Buffer): void => {
      answer = Buffer.concat([answer, bytes])
      const end = answer.indexOf(END_OF_HEAD)
      if (end < 0) {
        if (answer.length > MAX_ANSWER_BYTES) fail(`${host} does not answer like an HTTP proxy.`)
        return
      }
      const [, status = ''] = /^HTTP\/1\.[01] (\d{3})/.exec(answer.toString('latin1', 0, end)) ?? []
      if (!status.startsWith('2')) return fail(refusal(host, target, status))
      socket.off('data', onData)
      socket.off('error', reject)
      socket.setTimeout(0)
      socket.off('timeout', onTimeout)
      socket.pause()
      const rest = answer.subarray(end + END_OF_HEAD.length)
      if (rest.length > 0) socket.unshift(rest)
      resolve(socket)
    }
    socket.setTimeout(timeoutMs, onTimeout)
    socket.once('error', reject)
    socket.on('data', onData)
    socket.once('connect', () => {
      const credentials = login()
      const authorization =
        credentials === undefined ? '' : `Proxy-Authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`
      socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}\r\n`)
    })
  })
}

function refusal(proxy: string, target: string, status: string): string {
  if (status === '407') return `The proxy ${proxy} wants a login: give PROXY as http://user:password@${proxy}.`
  if (status === '403') return `The proxy ${proxy} does not allow ${target}: ask its administrator to let it through.`
  return `The proxy ${proxy} refused ${target} with status ${status || 'none'}.`
}
