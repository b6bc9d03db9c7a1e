import express from 'express'
import { openFrontDoor } from './compose/door.ts'
import { type Context, createContext, type Overrides } from './compose/parts.ts'
import type { Config } from './config/index.ts'
import { enrolRoute } from './enrol/route.ts'
import { trustedHops } from './gateway/http-server.ts'
import { firstAdminLink } from './people/index.ts'
import { mountApi } from './serve/index.ts'
import { mountProbes } from './serve/probes.ts'

export { type Context, createContext, type Overrides } from './compose/parts.ts'
export { type Config, ConfigError, optionsHelp, readConfig } from './config/index.ts'
export type { Link } from './ingest/link.ts'
export type { Session } from './ingest/session.ts'
export { StartError } from './model/start-error.ts'

export interface Collector {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  readonly context: Context
  /** Makes the first admin, once, within a day; undefined when there is one already. To be printed, never logged. */
  readonly signInLink: string | undefined
  /** Says goodbye to everyone, stores what was received, and ends; within 5 seconds. */
  close(): Promise<void>
}

/**
 * Starts a collector: database, fleet, agents' socket, API and dashboard, in this process.
 * @throws ConfigError or StartError, one sentence that says what to do
 */
export async function startCollector(config: Config, overrides: Overrides = {}): Promise<Collector> {
  const app = express()
  const context = await createContext(config, overrides)
  const { clock, log, store, enrolment } = context
  app.disable('x-powered-by')
  app.set('trust proxy', trustedHops(config))
  mountProbes(app, context)
  app.use(enrolRoute({ enrolment, clock }))
  const serve = mountApi(app, context)

  try {
    await serve.ready
    const door = await openFrontDoor(context, app)
    const { url } = door
    const link = await firstAdminLink(store, clock)
    log.info({ at: url }, 'collector listens')
    return {
      url,
      context,
      signInLink: link && `${config.publicUrl ?? url}${link.path}`,
      async close() {
        await serve.close()
        door.shut()
        await context.close()
        await door.close()
      },
    }
  } catch (error) {
    await serve.close()
    await context.close()
    throw error
  }
}
