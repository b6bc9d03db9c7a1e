import { openApiDocument } from '@pumphandle/shared/openapi'
import express, { type Express } from 'express'
import { Refusal } from '../model/refusal.ts'
import { DOCS_CSS, docsPage } from './docs-page.ts'
import { heardWithin } from './fleet/heard.ts'
import { PracticeStates } from './fleet/practice-states.ts'
import { AuditLog } from './http/audit-log.ts'
import { authenticate, checkAccess } from './http/authenticate.ts'
import type { Handlers } from './http/call.ts'
import type { ServeContext } from './http/context.ts'
import { mountRoutes, refuseOtherMethods } from './http/mount.ts'
import { problemHandler } from './http/problems.ts'
import { requestLog } from './http/request-log.ts'
import { secure } from './http/security.ts'
import { requestLimit } from './http/sign-in-limit.ts'
import { checkReaders } from './live/check-readers.ts'
import { feedLive } from './live/feed.ts'
import { LiveHub } from './live/hub.ts'
import { mountMetrics } from './metrics/index.ts'
import { allRoutes } from './routes/index.ts'
import { keptArrivals } from './routes/overview.ts'
import { mountWeb } from './web.ts'

/** The API while it runs. */
export interface Serve {
  /** Ends streams; the server and the store are others' to close. */
  close(): void
}

/** Puts the API, its description, the live stream and the dashboard's files on an express app. */
export async function mountApi(app: Express, context: ServeContext): Promise<Serve> {
  const { book, clock, changes, fleet, incidents, log, store } = context
  const hub = new LiveHub(clock, context.version)
  const states = new PracticeStates(context)
  const heardLastMinute = heardWithin(clock, fleet)
  const stopFeed = feedLive(hub, {
    changes,
    clock,
    counts: () => ({ states: { ...fleet.counts }, heardLastMinute: heardLastMinute() }),
    practiceCode: (site) => book.byId(site)?.code ?? null,
    incident: (id) => incidents.get(id)?.row(clock.now()),
    isOfOneMachine: (id) => incidents.get(id)?.record.kind === 'machine',
  })
  const stopChecking = checkReaders(hub, store, clock, log)
  const lately = keptArrivals(context)
  // so that the first page need not wait for it
  await lately.get()
  secure(app)
  app.set('query parser', 'simple')
  const metrics = mountMetrics(app, context, states, heardLastMinute)
  const audit = new AuditLog(store, clock, log)
  const handlers = allRoutes(context, hub, { states, heardLastMinute, lately }, audit)
  app.use('/api/v1', metrics.measure, requestLog(log, clock), requestLimit(), await api(context, handlers, audit))
  mountWeb(app, context.webDir)
  app.use((req) => {
    throw new Refusal(
      'unknown',
      'Not found',
      `There is nothing for ${req.method} at this address. The API is below /api/v1.`,
    )
  })
  app.use(problemHandler(log))
  return {
    close() {
      metrics.close()
      stopFeed()
      stopChecking()
      hub.close()
    },
  }
}

async function api(context: ServeContext, handlers: Handlers, audit: AuditLog): Promise<express.Router> {
  const router = express.Router()
  await mountRoutes(router, context, handlers, audit)
  router.use(async (req, _res, next) => {
    checkAccess('viewer', await authenticate(context, req))
    next()
  })
  const document = openApiDocument(context.version)
  const page = docsPage(document, context.version)
  router.get('/openapi.json', (_req, res) => void res.json(document))
  router.get('/docs', (_req, res) => void res.type('html').send(page))
  router.get('/docs.css', (_req, res) => void res.type('css').send(DOCS_CSS))
  refuseOtherMethods(router)
  router.use((req) => {
    throw new Refusal(
      'unknown',
      'No such route',
      `There is no ${req.method} ${req.path} here. /api/v1/docs lists what there is.`,
    )
  })
  return router
}
