import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import express, { type Express } from 'express'
import type { Service } from '../commons/index.ts'
import { enrolRoute } from '../enrol/route.ts'
import { trustedHops } from '../gateway/http-server.ts'
import { nonceRoute } from '../gateway/nonce-route.ts'
import { seedRunbooks } from '../incidents/index.ts'
import { Passwords, RecentActors, RecoveryCodes } from '../people/index.ts'
import { mountApi, type Serve } from '../serve/index.ts'
import { mountProbes } from '../serve/probes.ts'
import { joinCommons } from './commons.ts'
import type { Context } from './context.ts'
import { endInOrder } from './in-order.ts'
import { startJobs, withProblems } from './jobs.ts'
import { openSeals } from './seal-key.ts'

const DASHBOARD = fileURLToPath(new URL('../../../dashboard/dist/web', import.meta.url))

/** Shorter ones are hundreds a second, and one like the other. */
const SLOW_COMMIT_MS = 100

/** What answers people and programs, and what is done from time to time. */
export interface Pages {
  /** For everything that is no agent's socket. */
  readonly app: Express
  /** Ends streams, searches and jobs; the context is others' to close. */
  close(): Promise<void>
}

/** Builds them on a context that is ready. */
export async function openPages(context: Context): Promise<Pages> {
  const { config, clock, log, enrolment, index, journal, store, trace } = context
  await seedRunbooks(store, clock)
  const stopTracing = trace && journal.onCommit((ms) => ms >= SLOW_COMMIT_MS && trace.took('commit', ms, {}))
  const { seals, channels, ownKeys } = await openSeals(config, { store, clock, log })
  for (const one of [seals, channels, ownKeys]) context.healthParts.also(() => one.problem)
  context.healthParts.also(() => context.detection.problem)
  const linkKey = () => ownKeys.link()
  const jobs = startJobs(context, index, { channels, linkKey })
  let serve: Serve | undefined
  let commons: Service | undefined
  const close = () =>
    endInOrder(log, [
      () => stopTracing?.(),
      () => serve?.close(),
      () => index.close(),
      () => commons?.close(),
      () => jobs.close(),
    ])
  try {
    // until the fleet is read lists are empty, and nobody is under maintenance
    await index.start()
    await jobs.windows.read()
    commons = await joinCommons(context, jobs.alarms, () => ownKeys.commons())
    const passwords = new Passwords()
    await new RecoveryCodes(store, passwords).begin()
    const app = express()
    app.disable('x-powered-by')
    app.set('trust proxy', trustedHops(config))
    mountProbes(app, context)
    app.use(enrolRoute({ enrolment, clock }))
    app.use(nonceRoute({ nonces: context.identity.nonces, clock }))
    serve = await mountApi(app, {
      ...context,
      health: () => withProblems(context.health(), jobs.alarms.problems),
      recent: new RecentActors(clock),
      passwords,
      seals,
      channelSeals: channels,
      clinicalSystem: context.detection.verdicts.clinicalSystem,
      versions: context.detection.versions,
      onReported: (machine, at) => context.detection.reported(machine, at),
      coverage: jobs.coverage,
      questions: jobs.questions,
      notifier: jobs.notifier,
      plan: (work, actor) => context.desk.plan(work, actor),
      linkKey,
      windows: jobs.windows,
      webDir: existsSync(DASHBOARD) ? DASHBOARD : undefined,
    })
    return { app, close }
  } catch (error) {
    await close()
    throw error
  }
}
