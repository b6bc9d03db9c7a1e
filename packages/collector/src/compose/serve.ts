import { SteadyClock } from '@pumphandle/shared/steady-clock'
import express from 'express'
import { ToBrain } from '../cluster/to-brain.ts'
import type { Config } from '../config/index.ts'
import { Certificate } from '../gateway/certificate.ts'
import { createHttpServer, listen } from '../gateway/http-server.ts'
import { boundSockets } from '../gateway/strangers.ts'
import { createLogger } from '../log/logger.ts'
import { openShared } from './cluster-store.ts'
import type { Overrides } from './context.ts'
import { endInOrder } from './in-order.ts'
import type { Program } from './role.ts'

/**
 * Starts a serve: ends TLS for people and programs, and hands what they ask to the active brain.
 * @throws ConfigError or StartError, one sentence that says what to do
 */
export async function startServe(config: Config, overrides: Overrides = {}): Promise<Program> {
  const log = overrides.log ?? createLogger(config.logLevel)
  const clock = overrides.clock ?? new SteadyClock()
  const certificate = Certificate.open(config, clock, log)
  const store = await openShared(config, log, clock)
  const toBrain = new ToBrain({ store, clock, isSecure: config.tls !== undefined, trustProxy: config.trustProxy })
  const app = express()
  app.disable('x-powered-by')
  app.get('/livez', (_request, response) => void response.type('text').send('ok\n'))
  app.get('/readyz', (_request, response) => {
    const { isKnown } = toBrain
    response
      .status(isKnown ? 200 : 503)
      .type('text')
      .send(isKnown ? 'ok\n' : 'no brain is active\n')
  })
  app.use(toBrain.listener)
  const server = createHttpServer(certificate, app, config)
  boundSockets(server, clock)
  const close = () =>
    endInOrder(log, [
      () => void server.close(),
      () => certificate?.close(),
      () => toBrain.close(),
      () => server.closeAllConnections(),
      () => store.close(),
    ])
  try {
    const url = await listen(server, config)
    log.info({ at: url }, 'serve listens')
    return { url, lookAnew: () => void certificate?.look(), close }
  } catch (error) {
    await close()
    throw error
  }
}
