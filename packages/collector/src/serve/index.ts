import express, { type Express } from 'express'
import type { Patiently } from '../model/patience.ts'
import { Refusal } from '../model/refusal.ts'
import { description } from './description.ts'
import { heardWithin } from './fleet/heard.ts'
import { PracticeStates } from './fleet/practice-states.ts'
import { AuditLog } from './http/audit-log.ts'
import { authenticate, checkAccess } from './http/authenticate.ts'
import type { ServeContext, WholeContext } from './http/context.ts'
import { Idempotency } from './http/idempotency.ts'
import { type HandlersOf, mountRoutes, refuseOtherMethods } from './http/mount.ts'
import { problemHandler } from './http/problems.ts'
import { requestLog } from './http/request-log.ts'
import { secure } from './http/security.ts'
import { requestLimit } from './http/sign-in-limit.ts'
import { checkReaders } from './live/check-readers.ts'
import { feedLive } from './live/feed.ts'
import { LiveHub, type Pages } from './live/hub.ts'
import { mountMetrics } from './metrics/index.ts'
import { allRoutes, commonRoutes } from './routes/index.ts'
import { keptArrivals, type OverviewSources } from './routes/overview.ts'
import { mountWeb } from './web.ts'
import { contextWithin } from './within.ts'
import { type World, Worlds } from './worlds.ts'

/** The API while it runs. */
export interface Serve {
  /** Ends streams; the server and the store are others' to close. */
  close(): Promise<void>
}

/**
 * Puts the API, its description, the live stream and the dashboard's files on an express app.
 * @param patiently does what has to be read first
 */
export async function mountApi(app: Express, context: WholeContext, patiently: Patiently): Promise<Serve> {
  const { clock, log, store } = context
  const audit = new AuditLog(store, clock, log)
  const pages: Pages = { dismiss: (who) => worlds.dismiss(who) }
  const common = commonRoutes(context, pages, audit)
  const openPages = (who?: string) =>
    [...worlds.hubs()].reduce((sum, hub) => sum + (who === undefined ? hub.pages : hub.pagesOf(who)), 0)
  const whole = worldOf(context, common, openPages)
  const worlds = new Worlds(
    whole,
    async (places) => {
      const within = await contextWithin(context, places)
      const world = worldOf(within.context, common, openPages)
      return {
        ...world,
        async close() {
          await world.close()
          await within.close()
        },
      }
    },
    clock,
    log,
  )
  const checks = checkReaders(() => worlds.hubs(), context)
  // so that the first page need not wait for it
  await patiently(() => whole.lately.get())
  secure(app)
  app.set('query parser', 'simple')
  const metrics = mountMetrics(app, context, whole.states, whole.heardLastMinute)
  const router = await api(context, async (actor) => (await worlds.of(actor)).handlers, audit, patiently)
  app.use('/api/v1', metrics.measure, requestLog(log, clock, context.trace), requestLimit(), router)
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
    async close() {
      metrics.close()
      await checks.close()
      await worlds.close()
    },
  }
}

/** The routes and the live stream over what a context has: the whole fleet, or some places of it. */
function worldOf(
  context: ServeContext,
  common: ReturnType<typeof commonRoutes>,
  /** Of all worlds, of everybody or of one. */
  openPages: (who?: string) => number,
): World & OverviewSources {
  const { book, clock, changes, fleet, incidents, version } = context
  const own = (who?: string) => (who === undefined ? hub.pages : hub.pagesOf(who))
  const hub: LiveHub = new LiveHub(clock, version, (who) => openPages(who) - own(who))
  const states = new PracticeStates(context)
  const heardLastMinute = heardWithin(clock, fleet)
  const stopFeed = feedLive(hub, {
    changes,
    clock,
    counts: () => ({ states: { ...fleet.counts }, heardLastMinute: heardLastMinute() }),
    practiceCode: (site) => book.byId(site)?.code ?? null,
    incident(id) {
      const row = incidents.get(id)?.row(clock.now())
      return row && states.weighed(row)
    },
    isOfOneMachine: (id) => incidents.get(id)?.record.kind === 'machine',
  })
  const sources = { states, heardLastMinute, lately: keptArrivals(context) }
  return {
    ...sources,
    hub,
    handlers: allRoutes(common, context, hub, sources),
    async close() {
      stopFeed()
      hub.close()
    },
  }
}

async function api(
  context: ServeContext,
  handlersOf: HandlersOf,
  audit: AuditLog,
  patiently: Patiently,
): Promise<express.Router> {
  const router = express.Router()
  const idempotency = new Idempotency(context)
  await patiently(() => idempotency.recover())
  mountRoutes(router, context, handlersOf, { audit, idempotency })
  router.use(async (req, _res, next) => {
    checkAccess({ access: 'viewer', byPlace: true }, await authenticate(context, req))
    next()
  })
  router.use(description(context.version))
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
