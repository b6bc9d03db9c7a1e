import { connect, type Socket } from 'node:net'

/** The proxy answered, and not with yes. */
export class ProxyError extends Error {
  override name = 'ProxyError'
}

/** What a proxy said to CONNECT. */
export interface ProxyAnswer {
  /** Three digits; empty where it is no HTTP. */
  status: string
  /** Status line and headers. */
  head: string
}

/** An answer's head is a few hundred bytes, with a ticket in it some thousand; what is longer is no proxy's. */
const MAX_HEAD_BYTES = 98_304
/** The page of a refusal is read past, up to this, to go on with the same connection. */
const MAX_PAGE_BYTES = 262_144
const BEGIN = 'HTTP/'
/** Old proxies end their lines with a line feed alone (RFC 9112 section 2.2). */
const END_OF_HEAD = /\r?\n\r?\n/

/** One connection to an HTTP proxy that is no tunnel yet: NTLM signs on the connection, not the request. */
export class ProxyLine {
  readonly #socket: Socket
  readonly #host: string
  readonly #timeoutMs: number
  #heard = Buffer.alloc(0)
  /** Head of the last answer, whose page is still to be read past. */
  #head = ''
  #failure: Error | undefined
  #wake: () => void = () => undefined

  /** Begins to connect. @param timeoutMs without a word from the proxy */
  constructor(proxy: URL, timeoutMs: number) {
    this.#host = proxy.host
    this.#timeoutMs = timeoutMs
    this.#socket = connect({ host: plainHost(proxy), port: Number(proxy.port || 80) })
    this.#socket.setTimeout(timeoutMs, this.#onTimeout)
    this.#socket.on('data', this.#onData).on('error', this.#onError).on('close', this.#onClose)
    this.#socket.once('connect', this.#onConnect)
  }

  /** Resolves when there is a connection. @throws (rejects) with the network's own error */
  async connected(): Promise<void> {
    while (this.#socket.connecting) await this.#more()
  }

  /** @throws (rejects) ProxyError where what comes is no proxy's answer, or the network's own error */
  async ask(request: string): Promise<ProxyAnswer> {
    this.#socket.write(request)
    for (;;) {
      const text = this.#heard.toString('latin1', 0, MAX_HEAD_BYTES)
      const end = END_OF_HEAD.exec(text)
      const isProxy = text.startsWith(BEGIN) || BEGIN.startsWith(text)
      if (!isProxy || (!end && this.#heard.length > MAX_HEAD_BYTES))
        throw new ProxyError(`${this.#host} does not answer like an HTTP proxy.`)
      if (!end) {
        await this.#more()
        continue
      }
      this.#head = text.slice(0, end.index)
      this.#heard = this.#heard.subarray(end.index + end[0].length)
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(this.#head)?.[1] ?? ''
      // 1xx is no answer yet (RFC 9110 section 15.2)
      if (!status.startsWith('1')) return { status, head: this.#head }
    }
  }

  /** Reads past the page of the last answer. @returns whether the proxy takes another question on this connection */
  async goesOn(): Promise<boolean> {
    if (!isKept(this.#head)) return false
    try {
      for (;;) {
        const length = pageLength(this.#head, this.#heard)
        if (length !== undefined && length <= this.#heard.length) {
          this.#heard = this.#heard.subarray(length)
          return this.#failure === undefined
        }
        if (length === undefined || this.#heard.length > MAX_PAGE_BYTES) return false
        await this.#more()
      }
    } catch {
      return false
    }
  }

  /** The socket as it is behind the proxy's yes. */
  tunnel(): Socket {
    const socket = this.#socket
    socket.off('data', this.#onData).off('error', this.#onError).off('close', this.#onClose)
    socket.setTimeout(0)
    socket.off('timeout', this.#onTimeout)
    socket.pause()
    if (this.#heard.length > 0) socket.unshift(this.#heard)
    return socket
  }

  close(): void {
    this.#socket.destroy()
  }

  /** Resolves when something happened. @throws (rejects) where nothing will any more */
  async #more(): Promise<void> {
    if (this.#failure) throw this.#failure
    await new Promise<void>((resolve) => (this.#wake = resolve))
    if (this.#failure) throw this.#failure
  }

  readonly #onConnect = (): void => this.#wake()
  readonly #onData = (bytes: Buffer): void => {
    this.#heard = Buffer.concat([this.#heard, bytes])
    this.#wake()
  }
  readonly #onError = (error: Error): void => {
    this.#failure ??= error
  }
  readonly #onClose = (): void => {
    this.#failure ??= new ProxyError(`The proxy ${this.#host} closed the connection.`)
    this.#wake()
  }
  readonly #onTimeout = (): void => {
    const seconds = this.#timeoutMs / 1000
    this.#socket.destroy(new ProxyError(`The proxy ${this.#host} did not answer within ${seconds} s.`))
  }
}

/** Whether the proxy says that it keeps the connection (RFC 9112 section 9.3). */
function isKept(head: string): boolean {
  const said = /^(?:proxy-)?connection:[ \t]*(.*?)[ \t]*$/im.exec(head)?.[1]?.toLowerCase() ?? ''
  return head.startsWith('HTTP/1.0') ? said.includes('keep-alive') : !said.includes('close')
}

/** How many bytes of a page there are: infinite where more has to come to tell, undefined where nothing ever tells. */
function pageLength(head: string, bytes: Buffer): number | undefined {
  if (/^transfer-encoding:.*\bchunked\b/im.test(head)) return chunksLength(bytes)
  const length = /^content-length:[ \t]*(\d{1,12})[ \t]*$/im.exec(head)?.[1]
  return length === undefined ? undefined : Number(length)
}

function chunksLength(bytes: Buffer): number | undefined {
  let at = 0
  while (at < bytes.length) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return Number.POSITIVE_INFINITY
    const size = Number.parseInt(bytes.toString('latin1', at, line), 16)
    if (!(size >= 0)) return undefined
    at = line + 2 + size + 2
    if (size === 0) return at
  }
  return Number.POSITIVE_INFINITY
}

/** An IPv6 address stands in brackets inside a URL, and nowhere else. */
export function plainHost(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '')
}
