import type { Express } from 'express'
import type { Context } from '../compose/parts.ts'

/**
 * For load balancers and service managers, open to all and without figures: /livez says that the process answers,
 * /readyz that it can read its database.
 */
export function mountProbes(app: Express, { store, log }: Pick<Context, 'store' | 'log'>): void {
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
