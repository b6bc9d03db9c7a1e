import { HOUR } from '@pumphandle/shared/time'
import type { ChannelType, Compose, Outcome, Post } from './channel.ts'

/** A channel that does not answer by then is tried again later. */
export const WITHIN_MS = 10_000
/** Answers that are worth another try: too busy, timed out, or a fault of the other side. */
const RETRY_STATUS = [408, 425, 429, 500, 502, 503, 504]
/** The longest that a channel may ask us to wait. */
const MOST_WAIT_MS = HOUR

/** A channel that takes HTTP requests. */
export function byPost(compose: Compose): ChannelType {
  return {
    send: (url, message, { fetch: send, secret = '', now = message.at }) =>
      deliver(url, compose(message, { url, secret, now }), send),
    look(message) {
      const { headers, body } = compose(message, { url: HIDDEN.url, secret: HIDDEN.secret, now: message.at })
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
      return [...lines, '', body].join('\n')
    },
  }
}

/** What stands for them where people look. */
const HIDDEN = { url: 'https://host', secret: '(the secret)' } as const

/** The reason of a failure names no part of the address but its host. */
async function deliver(url: string, { url: to = url, ...post }: Post, send: typeof fetch): Promise<Outcome> {
  let response: Response
  try {
    // a redirect would carry the message to where nobody has sent it
    response = await send(to, { method: 'POST', ...post, redirect: 'manual', signal: AbortSignal.timeout(WITHIN_MS) })
  } catch (error) {
    return { ok: false, permanent: false, reason: `${hostOf(url)} could not be reached: ${causeOf(error)}` }
  }
  await response.body?.cancel().catch(() => undefined)
  if (response.ok) return { ok: true }
  const reason = `${hostOf(url)} answered ${response.status}`
  if (!RETRY_STATUS.includes(response.status)) return { ok: false, permanent: true, reason }
  const seconds = Number(response.headers.get('retry-after') ?? '')
  return seconds > 0
    ? { ok: false, permanent: false, reason, afterMs: Math.min(seconds * 1000, MOST_WAIT_MS) }
    : { ok: false, permanent: false, reason }
}

/** The host of an address, for the rest may be a secret; of `mailto:` the addresses. */
export function hostOf(url: string): string {
  if (!URL.canParse(url)) return 'the channel'
  const { protocol, host, pathname } = new URL(url)
  return protocol === 'mailto:' ? decodeURIComponent(pathname) : host
}

function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if (error.name === 'TimeoutError') return `no answer within ${WITHIN_MS / 1000} s`
  const code = (error.cause as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : 'the connection failed'
}
