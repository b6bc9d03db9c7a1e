import type { RouteName } from '../api/index.ts'
import { PATHS } from './paths.ts'
import type { Args } from './types.ts'

const BASE = '/api/v1'

/** `GET`, `POST`, ... of a route. */
export function methodOf(name: RouteName): string {
  return PATHS[name].slice(0, PATHS[name].indexOf(' '))
}

/**
 * The address of a route below the collector's own, for a call, a link or a download:
 * `addressOf('machine', { path: { id } })` is `/api/v1/machines/01J...`.
 * @throws RangeError when a name in the route's path has no value.
 */
export function addressOf<N extends RouteName>(name: N, args: Args<N> = {}): string {
  const values = (args.path ?? {}) as Record<string, string | number | undefined>
  const path = PATHS[name].slice(PATHS[name].indexOf(' ') + 1).replace(/\{(\w+)\}/g, (_, key: string) => {
    const value = values[key]
    if (value === undefined) throw new RangeError(`${name} needs a value for {${key}} of its path`)
    return encodeURIComponent(String(value))
  })
  const query = new URLSearchParams()
  for (const [key, value] of Object.entries((args.query ?? {}) as Record<string, string | number | undefined>))
    if (value !== undefined && value !== '') query.set(key, String(value))
  return `${BASE}${path}${query.size > 0 ? `?${query.toString()}` : ''}`
}
