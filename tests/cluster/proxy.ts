import { type ClientRequest, createServer, type IncomingMessage, request as open, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** Each is asked so often whether it is ready, and is not where it does not say so by then. */
const LOOK_EVERY_MS = 1_000
const READY_WITHIN_MS = 1_500

/** The one address before edges and serves, as Caddy is in deploy/compose.yaml. */
export interface Proxy {
  readonly url: string
  close(): void
}

/**
 * Agents' sockets and enrolment go to the edges in turn, all else to the serves. One that is not ready is passed over, and
 * what it was asked is asked of another.
 * @param targets addresses now
 */
export async function startProxy(targets: (role: 'edge' | 'serve') => readonly string[]): Promise<Proxy> {
  let turn = 0
  const ready = new Readiness(() => [...targets('edge'), ...targets('serve')])
  const sockets = new Set<Socket>()
  const upstreams = (request: IncomingMessage): string[] => {
    const all = targets(request.url?.startsWith('/agent/') ? 'edge' : 'serve')
    turn++
    const inTurn = all.map((_, n) => all[(turn + n) % all.length] ?? '')
    return [...inTurn.filter((url) => ready.isReady(url)), ...inTurn.filter((url) => !ready.isReady(url))]
  }
  const server = createServer((request, response) => void answer(ready, upstreams(request), request, response))
  server.on('upgrade', (request: IncomingMessage, client: Socket, head: Buffer) => {
    const url = new URL(upstreams(request)[0] ?? '')
    const upstream = connect(Number(url.port), url.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    const headers = request.rawHeaders.flatMap((name, i, raw) => (i % 2 === 0 ? [`${name}: ${raw[i + 1]}`] : []))
    upstream.write(`${[`${request.method} ${request.url} HTTP/1.1`, ...headers].join('\r\n')}\r\n\r\n`)
    upstream.write(head)
    client.pipe(upstream).pipe(client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      ready.close()
      server.close()
      server.closeAllConnections()
      for (const socket of sockets) socket.destroy()
    },
  }
}

async function answer(
  ready: Readiness,
  urls: readonly string[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await buffer(request)
  for (const [n, url] of urls.entries()) {
    const got = await asked(ready, url, request, body)
    if (got === undefined || (got.statusCode === 503 && n < urls.length - 1)) {
      got?.resume()
      continue
    }
    response.writeHead(got.statusCode ?? 502, got.headers)
    got.pipe(response)
    response.once('close', () => got.destroy())
    return
  }
  response.writeHead(503).end('Neither of them answers.\n')
}

/** Undefined where it does not answer. */
function asked(
  ready: Readiness,
  url: string,
  request: IncomingMessage,
  body: Buffer,
): Promise<IncomingMessage | undefined> {
  return new Promise((resolve) => {
    const { method, headers, url: path } = request
    const upstream = open(new URL(path ?? '/', url), { method: method ?? 'GET', headers })
    ready.asks(url, upstream)
    upstream.once('response', resolve)
    upstream.on('error', () => resolve(undefined))
    upstream.end(body)
  })
}

/** Which of them are ready, as they say. */
class Readiness {
  readonly #unready = new Set<string>()
  readonly #open = new Map<string, Set<ClientRequest>>()
  readonly #looks: NodeJS.Timeout

  constructor(urls: () => readonly string[]) {
    this.#looks = setInterval(() => {
      for (const url of urls()) void this.#look(url)
    }, LOOK_EVERY_MS)
  }

  isReady(url: string): boolean {
    return !this.#unready.has(url)
  }

  /** What one is asked ends when it is found not to be ready. */
  asks(url: string, request: ClientRequest): void {
    const open = this.#open.get(url) ?? new Set()
    this.#open.set(url, open.add(request))
    request.once('close', () => open.delete(request))
  }

  close(): void {
    clearInterval(this.#looks)
  }

  async #look(url: string): Promise<void> {
    const answered = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(READY_WITHIN_MS) }).then(
      // one whose brain is being taken over from answers when there is another
      ({ status }) => status > 0,
      () => false,
    )
    if (answered) return void this.#unready.delete(url)
    this.#unready.add(url)
    for (const request of this.#open.get(url) ?? []) request.destroy()
  }
}
