import type { Config } from '../config/index.ts'
import { localCore } from '../gateway/local-core.ts'
import { localAddress } from '../model/address.ts'
import { patience } from '../model/patience.ts'
import { firstAdminLink } from '../people/index.ts'
import type { Context, Overrides } from './context.ts'
import { createContext } from './core.ts'
import { crowding, type FrontDoor, openFrontDoor } from './door.ts'
import { endInOrder } from './in-order.ts'
import { openPages, type Pages } from './pages.ts'
import { asStartError } from './unusable.ts'

export interface Collector {
  /** Where it listens, without a slash at the end. */
  readonly url: string
  readonly context: Context
  /** Makes the first admin, once, within a day; undefined when there is one already. To be printed, never logged. */
  readonly signInLink: string | undefined
  /** Looks whether the certificate was renewed, now rather than in ten seconds. */
  readonly lookAnew: () => void
  /** Says goodbye to everyone, stores what was received, and ends; within 5 seconds. */
  close(): Promise<void>
}

/**
 * Starts a collector: database, fleet, jobs, API and dashboard, agents' socket, in this process.
 * @throws ConfigError or StartError, one sentence that says what to do
 */
export async function startCollector(config: Config, overrides: Overrides = {}): Promise<Collector> {
  const context = await createContext(config, overrides)
  const { certificate, clock, log, store, ingest, retirement, identity } = context
  const isUnbounded = overrides.maxFramesPerMinute !== undefined
  let pages: Pages | undefined
  let door: FrontDoor | undefined
  const close = () =>
    endInOrder(log, [
      () => pages?.close(),
      // nobody new comes in; those who are in hear that what they sent is stored
      () => door?.shut(),
      () => context.close(),
      () => door?.close(),
    ])
  try {
    pages = await openPages(context)
    door = await openFrontDoor(
      { certificate, config, clock, log, core: localCore(identity, ingest, retirement), isUnbounded },
      pages.app,
    )
    const crowded = crowding(config)
    context.healthParts.also(() => crowded(context.fleet.connected))
    const { url, lookAnew } = door
    log.info({ at: url }, 'collector listens')
    await pages.ready
    const link = await patience(clock)(() => firstAdminLink(store, clock))
    const here = localAddress(config, url)
    return { url, context, lookAnew, signInLink: link && `${here}${link.path}`, close }
  } catch (error) {
    await close()
    throw asStartError(config.database, error)
  }
}
