import type { RouteName } from '../api/index.ts'
import { addressOf, methodOf } from './address.ts'
import { ApiProblem, problemOf } from './problem.ts'
import type { Answer, Args } from './types.ts'

export interface ClientOptions {
  /** The collector's address, `https://pumphandle.example.nhs.uk`. A page leaves it out and calls its own origin. */
  readonly url?: string
  /** An API token. A page leaves it out: its session cookie says who it is. */
  readonly token?: string
  readonly fetch?: typeof fetch
}

export interface CallOptions {
  readonly signal?: AbortSignal
  /** A body that is not JSON: the practices file, sent as text/csv. */
  readonly text?: string
  /**
   * Names one write, so that repeating it after a lost answer gives the first one's answer. Made up where it is left
   * out; who repeats a call by hand keeps the key.
   */
  readonly idempotencyKey?: string
}

/** Calls any route of the API by its name: `await client.call('machines', { query: { q: 'state:dark' } })`. */
export interface Client {
  /** @throws ApiProblem for what the collector refuses; TypeError where it cannot be reached. */
  call<N extends RouteName>(name: N, args?: Args<N> & CallOptions): Promise<Answer<N>>
  /** The same for routes that answer with a file or a stream: the response, its body unread. */
  open<N extends RouteName>(name: N, args?: Args<N> & CallOptions): Promise<Response>
}

export function createClient(options: ClientOptions = {}): Client {
  const base = (options.url ?? '').replace(/\/+$/, '')
  const send = options.fetch ?? fetch

  async function open<N extends RouteName>(name: N, args: Args<N> & CallOptions = {}): Promise<Response> {
    const method = methodOf(name)
    const headers: Record<string, string> = {}
    if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`
    if (method !== 'GET') headers['idempotency-key'] = args.idempotencyKey ?? crypto.randomUUID()
    const body = args.text ?? (args.body === undefined ? undefined : JSON.stringify(args.body))
    if (body !== undefined) headers['content-type'] = args.text === undefined ? 'application/json' : 'text/csv'
    const response = await send(`${base}${addressOf(name, args)}`, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body }),
      ...(args.signal ? { signal: args.signal } : {}),
    })
    if (!response.ok) throw new ApiProblem(await problemOf(response))
    return response
  }

  return {
    open,
    async call<N extends RouteName>(name: N, args: Args<N> & CallOptions = {}): Promise<Answer<N>> {
      return (await (await open(name, args)).json()) as Answer<N>
    },
  }
}
