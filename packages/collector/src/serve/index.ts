import type { Settings } from '@pumphandle/shared/api'
import { openApiDocument } from '@pumphandle/shared/openapi'
import express, { type Express } from 'express'
import { MaintenanceWindows } from '../jobs/maintenance/windows.ts'
import { Notifier } from '../jobs/notify/index.ts'
import { Retention } from '../jobs/retention/retention.ts'
import { Refusal } from '../model/refusal.ts'
import { FleetIndex } from '../search/fleet-index.ts'
import { readQuery } from '../search/read-query.ts'
import { search } from '../search/search.ts'
import { DOCS_CSS, docsPage } from './docs-page.ts'
import { heardWithin } from './fleet/heard.ts'
import { PracticeStates } from './fleet/practice-states.ts'
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
import { channelRoutes } from './routes/channels.ts'
import { enrolmentRoutes } from './routes/enrolment.ts'
import { exportRoutes } from './routes/exports.ts'
import { incidentRoutes } from './routes/incidents.ts'
import { liveRoutes } from './routes/live.ts'
import { machineRoutes } from './routes/machine.ts'
import { machineListRoutes } from './routes/machines.ts'
import { maintenanceRoutes } from './routes/maintenance.ts'
import { keptArrivals, overviewRoutes } from './routes/overview.ts'
import { peopleRoutes } from './routes/people.ts'
import { practiceRoutes } from './routes/practices.ts'
import { runbookRoutes } from './routes/runbooks.ts'
import { sensorRoutes } from './routes/sensors.ts'
import { sessionRoutes } from './routes/session.ts'
import { readSettings, settingsRoutes } from './routes/settings.ts'
import { mountWeb } from './web.ts'

export type { ServeContext } from './http/context.ts'

/** The API while it runs. */
export interface Serve {
  /** Resolves once it has read the fleet: until then lists are empty. */
  readonly ready: Promise<void>
  readonly hub: LiveHub
  readonly index: FleetIndex
  readonly notifier: Notifier
  /** Ends streams and timers; the server and the store are others' to close. */
  close(): Promise<void>
}

/** Puts the API, its description, the live stream and the dashboard's files on an express app. */
export function mountApi(app: Express, context: ServeContext): Serve {
  const { book, clock, changes, config, fleet, incidents, log, store } = context
  const hub = new LiveHub(clock, context.version)
  const index = new FleetIndex({ store, clock, changes, fleet, incidents, log })
  let { timeZone } = config
  let retentionDays: Settings['retentionDays'] | undefined
  const settingsChanged = (settings: Settings): void => {
    timeZone = settings.timeZone
    retentionDays = settings.retentionDays
    context.onSettings?.(settings)
  }
  const states = new PracticeStates({ clock, fleet, incidents, book, timeZone: () => timeZone })
  const heardLastMinute = heardWithin(clock, fleet)
  const notifier = new Notifier({
    store,
    clock,
    log,
    address: config.publicUrl ?? `${config.tls ? 'https' : 'http'}://${config.host}:${config.port}`,
    mail: config.mail,
    incident: async (id) => incidents.get(id)?.row(clock.now()) ?? (await context.desk.detail(id))?.incident,
  })
  const windows = new MaintenanceWindows({
    store,
    clock,
    log,
    async machinesOf(q) {
      await index.sync()
      return index.columns.idsOf(await search(store, index.columns, readQuery(q), clock.now()))
    },
  })
  context.detection.muted = (machine) => windows.has(machine)
  const retention = new Retention({ store, clock, log, days: () => retentionDays })
  const stopFeed = feedLive(hub, {
    changes,
    clock,
    counts: () => ({ states: { ...fleet.counts }, heardLastMinute: heardLastMinute() }),
    practiceCode: (site) => book.byId(site)?.code ?? null,
    incident: (id) => incidents.get(id)?.row(clock.now()),
    isOfOneMachine: (id) => incidents.get(id)?.record.kind === 'machine',
  })
  const lately = keptArrivals(context, index)
  const stopChecking = checkReaders(hub, store, clock, log)
  const handlers: Handlers = {
    ...sessionRoutes(context, hub),
    ...overviewRoutes(context, { states, heardLastMinute, lately }),
    ...machineListRoutes(context, index),
    ...machineRoutes(context),
    ...exportRoutes(context, index),
    ...incidentRoutes(context),
    ...sensorRoutes(context, index),
    ...practiceRoutes(context, { states, index }),
    ...settingsRoutes(context, settingsChanged),
    ...runbookRoutes(context),
    ...channelRoutes(context, notifier),
    ...maintenanceRoutes(context, () => windows.read()),
    ...enrolmentRoutes(context),
    ...peopleRoutes(context, hub),
    ...liveRoutes(hub),
  }
  secure(app, config.tls !== undefined)
  app.set('query parser', 'simple')
  app.use('/api/v1', requestLog(log, clock), requestLimit(), api(context, handlers))
  mountWeb(app, context.webDir)
  app.use((req) => {
    throw new Refusal(404, 'Not found', `There is nothing for ${req.method} at this address. The API is below /api/v1.`)
  })
  app.use(problemHandler(log))
  return {
    ready: Promise.all([readSettings(context), index.start()]).then(async ([settings]) => {
      timeZone = settings.timeZone
      retentionDays = settings.retentionDays
      await windows.read()
      await lately.get()
    }),
    hub,
    index,
    notifier,
    async close() {
      stopFeed()
      stopChecking()
      hub.close()
      await Promise.all([index.close(), notifier.close(), windows.close(), retention.close()])
    },
  }
}

function api(context: ServeContext, handlers: Handlers): express.Router {
  const router = express.Router()
  mountRoutes(router, context, handlers)
  router.use(async (req, _res, next) => {
    checkAccess('viewer', await authenticate(context.store, context.clock, req))
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
      404,
      'No such route',
      `There is no ${req.method} ${req.path} here. /api/v1/docs lists what there is.`,
    )
  })
  return router
}
