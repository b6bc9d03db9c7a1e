import type { Clock } from '@pumphandle/shared/clock'
import type { RequestHandler } from 'express'
import { Histogram, type Registry } from 'prom-client'

const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** Measures requests of the API by route, never by address: addresses name machines. Streams are left out. */
export function measureRequests(registry: Registry, clock: Clock): RequestHandler {
  const requests = new Histogram({
    name: 'pumphandle_http_request_duration_seconds',
    help: 'Requests of the API, by route, method and status.',
    labelNames: ['route', 'method', 'status'],
    buckets: BUCKETS,
    registers: [registry],
  })
  return (req, res, next) => {
    const began = clock.now()
    res.once('close', () => {
      const route = res.locals['route'] as string | undefined
      if (route === 'live') return
      requests.observe(
        { route: route ?? 'none', method: req.method, status: res.statusCode },
        (clock.now() - began) / 1000,
      )
    })
    next()
  }
}
