import { connect, type Socket } from 'node:net'

/** The proxy answered, and not with yes. */
class ProxyError extends Error {
  override name = 'ProxyError'
}

/** A proxy's answer to CONNECT is a few hundred bytes; what is longer is no proxy. */
const MAX_ANSWER_BYTES = 16_384
/** Old proxies end their lines with a line feed alone (RFC 9112 section 2.2). */
const END_OF_HEAD = /\r?\n\r?\n/

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
  const { port, host } = new URL(proxy)
  const hostname = plainHost(new URL(proxy))
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 80) })
    const fail = (message: string): void => void socket.destroy(new ProxyError(message))
    let answer = Buffer.alloc(0)
    let hasLogin = false
    const onTimeout = (): void => fail(`The proxy ${host} did not answer within ${timeoutMs / 1000} s.`)
    const onData = (bytes: Buffer): void => {
      answer = Buffer.concat([answer, bytes])
      const end = END_OF_HEAD.exec(answer.toString('latin1', 0, MAX_ANSWER_BYTES))
      if (end === null) {
        if (answer.length > MAX_ANSWER_BYTES) fail(`${host} does not answer like an HTTP proxy.`)
        return
      }
      const head = answer.toString('latin1', 0, end.index)
      const [, status = ''] = /^HTTP\/1\.[01] (\d{3})/.exec(head) ?? []
      if (!status.startsWith('2')) return fail(refusal({ proxy: host, target, status, head, hasLogin }))
      socket.off('data', onData)
      socket.off('error', reject)
      socket.setTimeout(0)
      socket.off('timeout', onTimeout)
      socket.pause()
      const rest = answer.subarray(end.index + end[0].length)
      if (rest.length > 0) socket.unshift(rest)
      resolve(socket)
    }
    socket.setTimeout(timeoutMs, onTimeout)
    socket.once('error', reject)
    socket.on('data', onData)
    socket.once('connect', () => {
      const credentials = login()
      hasLogin = credentials !== undefined
      const authorization =
        credentials === undefined ? '' : `Proxy-Authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`
      socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}\r\n`)
    })
  })
}

interface Refusal {
  /** `host:port`. */
  proxy: string
  target: string
  status: string
  head: string
  hasLogin: boolean
}

function refusal({ proxy, target, status, head, hasLogin }: Refusal): string {
  if (status === '407') return loginRefusal(proxy, target, schemesOf(head), hasLogin)
  if (status === '403') return `The proxy ${proxy} does not allow ${target}: ask its administrator to let it through.`
  return `The proxy ${proxy} refused ${target} with status ${status || 'none'}.`
}

/** What the proxy wants decides what helps: a name and password are of no use to one that takes Windows' own schemes alone. */
function loginRefusal(proxy: string, target: string, schemes: readonly string[], hasLogin: boolean): string {
  const isBasic = schemes.length === 0 || schemes.some((scheme) => scheme.toLowerCase() === 'basic')
  if (!isBasic) {
    const wanted = schemes.join('/')
    return `The proxy ${proxy} wants ${wanted}, which the agent does not speak: ask its administrator to let ${target} through without a login, or give PROXY another proxy.`
  }
  if (hasLogin) return `The proxy ${proxy} does not accept the login: give PROXY with another user and password.`
  return `The proxy ${proxy} wants a login: give PROXY as http://user:password@${proxy}.`
}

/** Names of the schemes that `Proxy-Authenticate` offers, once or in several lines, each with or without parameters. */
function schemesOf(head: string): string[] {
  const offers = [...head.matchAll(/^proxy-authenticate:[ \t]*(.+?)[ \t]*$/gim)].map(([, offer = '']) => offer)
  // a list of challenges is parted by commas as its parameters are: a scheme has no equals sign behind its name
  const names = offers.flatMap((offer) => offer.split(',').map((part) => /^\s*([\w-]+)(?=\s|$)/.exec(part)?.[1]))
  return [...new Set(names.filter((name) => name !== undefined))].slice(0, MAX_SCHEMES)
}

/** More are not told of. */
const MAX_SCHEMES = 4

/** An IPv6 address stands in brackets inside a URL, and nowhere else. */
export function plainHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}
