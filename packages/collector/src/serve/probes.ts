import type { Express } from 'express'
import type { Logger } from '../log/logger.ts'
import type { Store } from '../store/index.ts'

/**
 * For load balancers and service managers, open to all and without figures: /livez says that the process answers,
 * /readyz that it can read its database.
 */
export function mountProbes(app: Express, { store, log }: { readonly store: Store; readonly log: Logger }): void {
  app.get('/livez', (_request, response) => void response.type('text').send('ok\n'))
  app.get('/readyz', async (_request, response) => {
    try {
      await store.ping()
      response.type('text').send('ok\n')
    } catch (error) {
      log.error({ err: error }, 'the database does not answer')
      response.status(503).type('text').send('the database does not answer\n')
    }
  })
}
