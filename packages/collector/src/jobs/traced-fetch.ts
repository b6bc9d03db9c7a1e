import type { Clock } from '@pumphandle/shared/clock'
import type { Ended, Trace } from '../log/trace.ts'

/** The same as fetch, which is told of by host and status: the rest of a channel's address may be a secret. */
export function tracedFetch(ask: typeof fetch, trace: Trace, clock: Clock): typeof fetch {
  return async (input, init) => {
    const began = clock.now()
    const method = init?.method ?? 'GET'
    const url = new URL(input instanceof Request ? input.url : input)
    const told = (how: Ended) => {
      const attributes = { 'http.request.method': method, 'server.address': url.hostname, ...how.attributes }
      trace.took(`${method} ${url.hostname}`, clock.now() - began, { ...how, attributes })
    }
    try {
      const response = await ask(input, init)
      told({ attributes: { 'http.response.status_code': response.status }, hasFailed: !response.ok })
      return response
    } catch (error) {
      told({ hasFailed: true })
      throw error
    }
  }
}
