import type { Express, RequestHandler } from 'express'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { PracticeStates } from '../fleet/practice-states.ts'
import { authenticate, checkAccess } from '../http/authenticate.ts'
import type { ServeContext } from '../http/context.ts'
import { collectorMetrics } from './collector.ts'
import { fleetMetrics } from './fleet.ts'
import { measureRequests } from './requests.ts'

export interface Metrics {
  /** Stands before the API. */
  readonly measure: RequestHandler
  close(): void
}

/**
 * Figures for Prometheus at /metrics, in its text format or OpenMetrics, for whoever may read: an API token with the scope
 * `read`, as Prometheus sends it by `authorization: credentials_file`. Each collector has a registry of its own.
 */
export function mountMetrics(
  app: Express,
  context: ServeContext,
  states: Pick<PracticeStates, 'tiles'>,
  heardLastMinute: () => number,
): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  fleetMetrics(registry, context, states, heardLastMinute)
  const stop = collectorMetrics(registry, context)
  app.get('/metrics', async (req, res) => {
    checkAccess({ access: 'viewer' }, await authenticate(context, req))
    res.type(registry.contentType).send(await registry.metrics())
  })
  return {
    measure: measureRequests(registry, context.clock),
    close() {
      stop()
      registry.clear()
    },
  }
}
