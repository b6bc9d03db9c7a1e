import type { Socket } from 'node:net'
import type { Account, SignOn } from '../windows/sign-on.ts'
import { type ProxyAnswer, ProxyError, ProxyLine, plainHost } from './proxy-line.ts'
import { signOnBy, windowsSchemes } from './proxy-sign-on.ts'

/**
 * Asks an HTTP proxy for a tunnel to `target` (RFC 9110 section 9.3.6). A login goes with the first question, by Basic
 * authentication; one of a Windows account (`domain\user`) waits until the proxy asks for that. Where a proxy takes Windows'
 * own schemes, Windows signs on: by that login, else by the account that the agent runs as.
 *
 * @param target `host:port`
 * @param secret `user:password`, where one is set; asked for when the proxy is there
 * @param timeoutMs without a word from the proxy
 * @param signOn Windows' ways; absent on other systems
 * @throws (rejects) ProxyError with a sentence, or the network's own error
 */
export async function openTunnel(
  proxy: string,
  target: string,
  secret: () => string | undefined,
  timeoutMs: number,
  signOn?: () => SignOn,
): Promise<Socket> {
  const url = new URL(proxy)
  let line = new ProxyLine(url, timeoutMs)
  function ask(authorization?: string): Promise<ProxyAnswer> {
    const proof = authorization === undefined ? '' : `Proxy-Authorization: ${authorization}\r\n`
    return line.ask(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${proof}\r\n`)
  }
  async function again(authorization: string, isNext: boolean): Promise<ProxyAnswer> {
    if (!(await line.goesOn())) {
      if (isNext) throw new ProxyError(`The proxy ${url.host} closes the connection while Windows signs on.`)
      line.close()
      line = new ProxyLine(url, timeoutMs)
      await line.connected()
    }
    return ask(authorization)
  }
  try {
    await line.connected()
    const login = loginOf(secret())
    const isShown = login !== undefined && login.domain === ''
    let answer = await ask(isShown ? basicOf(login) : undefined)
    let why: string | undefined
    const offers = schemesOf(answer.head)
    const isBasic = offers.length === 0 || offers.some((scheme) => scheme.toLowerCase() === 'basic')
    // a login that was refused as such is not shown once more: that might lock the account
    const schemes = signOn && !(isShown && isBasic) ? windowsSchemes(offers) : []
    if (answer.status === '407' && signOn && schemes.length > 0) {
      const way = { signOn: signOn(), schemes, host: plainHost(url), account: login }
      ;({ answer, why } = await signOnBy(way, answer, again))
    }
    const isLeft = login !== undefined && !isShown && isBasic && (schemes.length === 0 || why !== undefined)
    if (answer.status === '407' && isLeft) answer = await again(basicOf(login), false)
    if (!answer.status.startsWith('2'))
      throw new ProxyError(
        refusal({ proxy: url.host, target, answer, hasLogin: login !== undefined, byWindows: schemes, why }),
      )
    return line.tunnel()
  } catch (error) {
    line.close()
    throw error
  }
}

interface Login extends Account {
  text: string
}

/** `user:password`, `domain\user:password` or `user@domain:password`. */
function loginOf(text: string | undefined): Login | undefined {
  if (text === undefined) return undefined
  const [, domain = '', user = '', password = ''] = /^(?:([^\\:]*)\\)?([^:]*):?([^]*)$/.exec(text) ?? []
  return { domain, user, password, text }
}

function basicOf({ text }: Login): string {
  return `Basic ${Buffer.from(text).toString('base64')}`
}

interface Refusal {
  /** `host:port`. */
  proxy: string
  target: string
  answer: ProxyAnswer
  hasLogin: boolean
  /** Schemes by which Windows tried to sign on. */
  byWindows: readonly string[]
  why: string | undefined
}

function refusal(told: Refusal): string {
  const { proxy, target, answer } = told
  if (answer.status === '407') return loginRefusal(told)
  if (answer.status === '403')
    return `The proxy ${proxy} does not allow ${target}: ask its administrator to let it through.`
  return `The proxy ${proxy} refused ${target} with status ${answer.status || 'none'}.`
}

/** What the proxy wants decides what helps: a name and password are of no use to one that takes none. */
function loginRefusal({ proxy, target, answer, hasLogin, byWindows, why }: Refusal): string {
  const schemes = schemesOf(answer.head)
  const isBasic = schemes.length === 0 || schemes.some((scheme) => scheme.toLowerCase() === 'basic')
  const wanted = schemes.join('/')
  const letThrough = `ask its administrator to let ${target} through without a login`
  if (byWindows.length > 0) {
    const because = why === undefined ? '' : ` (${why})`
    return hasLogin
      ? `The proxy ${proxy} wants ${wanted} and does not accept the account in PROXY${because}: give another one, or ${letThrough}.`
      : `The proxy ${proxy} wants ${wanted} and does not accept this computer’s own account${because}: give PROXY as http://domain\\user:password@${proxy}, or ${letThrough}.`
  }
  if (!isBasic)
    return `The proxy ${proxy} wants ${wanted}, which the agent does not speak: ${letThrough}, or give PROXY another proxy.`
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
