import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import express from 'express'
import type { Service } from '../commons/index.ts'
import type { Config } from '../config/index.ts'
import { enrolRoute } from '../enrol/route.ts'
import { trustedHops } from '../gateway/http-server.ts'
import { localAddress } from '../model/address.ts'
import { firstAdminLink, RecentActors } from '../people/index.ts'
import { FleetIndex } from '../search/fleet-index.ts'
import { mountApi, type Serve } from '../serve/index.ts'
import { mountProbes } from '../serve/probes.ts'
import { joinCommons } from './commons.ts'
import type { Context, Overrides } from './context.ts'
import { createContext } from './core.ts'
import { type FrontDoor, openFrontDoor } from './door.ts'
import { endInOrder } from './in-order.ts'
import { startJobs, withProblems } from './jobs.ts'

export interface Collector {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  readonly context: Context
  /** Makes the first admin, once, within a day; undefined when there is one already. To be printed, never logged. */
  readonly signInLink: string | undefined
  /** Says goodbye to everyone, stores what was received, and ends; within 5 seconds. */
  close(): Promise<void>
}

const DASHBOARD = fileURLToPath(new URL('../../../dashboard/dist/web', import.meta.url))

/**
 * Starts a collector: database, fleet, jobs, API and dashboard, agents' socket, in this process.
 * @throws ConfigError or StartError, one sentence that says what to do
 */
export async function startCollector(config: Config, overrides: Overrides = {}): Promise<Collector> {
  const context = await createContext(config, overrides)
  const { clock, log, store, enrolment } = context
  const index = new FleetIndex(context)
  const jobs = startJobs(context, index)
  let serve: Serve | undefined
  let commons: Service | undefined
  let door: FrontDoor | undefined
  const close = () =>
    endInOrder(log, [
      () => serve?.close(),
      () => index.close(),
      () => commons?.close(),
      () => jobs.close(),
      // nobody new comes in; those who are in hear that what they sent is stored
      () => door?.shut(),
      () => context.close(),
      () => door?.close(),
    ])
  try {
    // until the fleet is read lists are empty, and nobody is under maintenance
    await index.start()
    await jobs.windows.read()
    commons = await joinCommons(context, jobs.alarms)
    const app = express()
    app.disable('x-powered-by')
    app.set('trust proxy', trustedHops(config))
    mountProbes(app, context)
    app.use(enrolRoute({ enrolment, clock }))
    serve = await mountApi(app, {
      ...context,
      health: () => withProblems(context.health(), jobs.alarms.problems),
      recent: new RecentActors(clock),
      clinicalSystem: context.detection.verdicts.clinicalSystem,
      versions: context.detection.versions,
      index,
      onReported: (machine, at) => context.detection.reported(machine, at),
      notifier: jobs.notifier,
      windows: jobs.windows,
      webDir: existsSync(DASHBOARD) ? DASHBOARD : undefined,
    })
    door = await openFrontDoor(context, app)
    const { url } = door
    const here = localAddress(config, Number(new URL(url).port))
    const link = await firstAdminLink(store, clock)
    log.info({ at: url }, 'collector listens')
    return { url, context, signInLink: link && `${here}${link.path}`, close }
  } catch (error) {
    await close()
    throw error
  }
}
