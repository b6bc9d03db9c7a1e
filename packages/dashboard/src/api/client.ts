import type { Problem, RouteName } from '@pumphandle/shared/api'
import { PATHS } from './paths.ts'
import type { Answer, Args } from './types.ts'

/** An answer that is not 2xx: what went wrong and what to do, in the collector's words. */
export class ApiProblem extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail ?? problem.title)
    this.name = 'ApiProblem'
    this.problem = problem
  }
}

const BASE = '/api/v1'

/** The address of a route, for a link or a download. */
export function addressOf<N extends RouteName>(name: N, args: Args<N> = {}): string {
  const values = (args.path ?? {}) as Record<string, string | number>
  const path = PATHS[name]
    .slice(PATHS[name].indexOf(' ') + 1)
    .replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(values[key])))
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries((args.query ?? {}) as Record<string, string | number | undefined>))
    if (value !== undefined && value !== '') query.set(key, String(value))
  return `${BASE}${path}${query.size > 0 ? `?${query}` : ''}`
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback = {
    type: 'about:blank',
    title: `The collector answered ${response.status}`,
    status: response.status,
    detail: 'Try again. If it stays, look at the collector with `pumphandle doctor`.',
  }
  if (!response.headers.get('content-type')?.includes('json')) return fallback
  return (await response.json().catch(() => fallback)) as Problem
}

/** Calls a route. Throws ApiProblem for what the collector refuses, TypeError where it cannot be reached. */
export async function call<N extends RouteName>(
  name: N,
  args: Args<N> & { signal?: AbortSignal; text?: string } = {},
): Promise<Answer<N>> {
  const method = PATHS[name].slice(0, PATHS[name].indexOf(' '))
  const headers: Record<string, string> = { accept: 'application/json' }
  // writes may be repeated after a lost answer: the key makes the second one return the first one's result
  if (method !== 'GET') headers['idempotency-key'] = crypto.randomUUID()
  if (args.text !== undefined) headers['content-type'] = 'text/csv'
  else if (args.body !== undefined) headers['content-type'] = 'application/json'
  const body = args.text ?? (args.body === undefined ? undefined : JSON.stringify(args.body))
  const response = await fetch(addressOf(name, args), {
    method,
    headers,
    credentials: 'same-origin',
    ...(body === undefined ? {} : { body }),
    ...(args.signal ? { signal: args.signal } : {}),
  })
  if (!response.ok) throw new ApiProblem(await problemOf(response))
  return (response.status === 204 ? { ok: true } : await response.json()) as Answer<N>
}
