import express, { type Express } from 'express'
import type { ToBrain } from '../cluster/to-brain.ts'
import { nonceRoute } from '../gateway/nonce-route.ts'
import { mountProbes } from '../serve/probes.ts'
import type { Store } from '../store/index.ts'
import type { Identity } from './identity.ts'

/** What an edge answers by itself; everything else that is no agent's socket is the brain's. */
export function edgeApp(
  store: Store,
  toBrain: ToBrain,
  { nonces }: Identity,
  probed: Omit<Parameters<typeof mountProbes>[1], 'store'>,
): Express {
  const app = express()
  app.disable('x-powered-by')
  mountProbes(app, { ...probed, store })
  app.use(nonceRoute({ nonces, clock: probed.clock }))
  app.use(toBrain.listener)
  return app
}
