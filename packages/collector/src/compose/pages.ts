import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import express, { type Express } from 'express'
import type { Service } from '../commons/index.ts'
import { enrolRoute } from '../enrol/route.ts'
import { trustedHops } from '../gateway/http-server.ts'
import { nonceRoute } from '../gateway/nonce-route.ts'
import { seedRunbooks } from '../incidents/index.ts'
import { type Patiently, patience } from '../model/patience.ts'
import { Passwords, RecentActors, RecoveryCodes } from '../people/index.ts'
import { untilReady } from '../serve/http/until-ready.ts'
import { mountApi, type Serve } from '../serve/index.ts'
import { mountProbes } from '../serve/probes.ts'
import { joinCommons } from './commons.ts'
import type { Context } from './context.ts'
import { endInOrder } from './in-order.ts'
import { type Jobs, startJobs, withProblems } from './jobs.ts'
import { openSeals } from './seal-key.ts'

const DASHBOARD = fileURLToPath(new URL('../../../dashboard/dist/web', import.meta.url))

/** Shorter ones are hundreds a second, and one like the other. */
const SLOW_COMMIT_MS = 100

/** What answers people and programs, and what is done from time to time. */
export interface Pages {
  /** For everything that is no agent's socket. Machines may enrol and probes ask at once; pages wait until it is ready. */
  readonly app: Express
  /** Resolves once the fleet is read, so that pages and the API are answered. */
  readonly ready: Promise<void>
  /** Ends streams, searches and jobs; the context is others' to close. */
  close(): Promise<void>
}

/**
 * Builds them on a context that is ready. What searches are answered from is read meanwhile: a fleet that comes back after a
 * restart has crashes to tell, and does not wait for it.
 */
export async function openPages(context: Context): Promise<Pages> {
  const { config, clock, log, enrolment, index, journal, store, trace } = context
  await seedRunbooks(store, clock)
  const stopTracing = trace && journal.onCommit((ms) => ms >= SLOW_COMMIT_MS && trace.took('commit', ms, {}))
  const { seals, channels, ownKeys } = await openSeals(config, { store, clock, log })
  for (const one of [seals, channels, ownKeys]) context.healthParts.also(() => one.problem)
  context.healthParts.also(() => context.detection.problem)
  context.healthParts.learns(() => context.detection.detector.learnsUntil)
  const keys: Keys = { seals, channels, ownKeys, linkKey: () => ownKeys.link() }
  const jobs = startJobs(context, index, keys)
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', trustedHops(config))
  mountProbes(app, context)
  app.use(enrolRoute({ enrolment, clock }))
  app.use(nonceRoute({ nonces: context.identity.nonces, clock }))
  let commons: Service | undefined
  let serve: Serve | undefined
  let isClosing = false
  const passwords = new Passwords()
  const codes = new RecoveryCodes(store, passwords)
  const patiently = patience(clock, () => isClosing)
  const finish = async (): Promise<void> => {
    // until the fleet is read lists are empty
    await patiently(() => index.start())
    if (isClosing) return
    await patiently(() => codes.begin())
    commons = await patiently(() => joinCommons(context, jobs.alarms, () => ownKeys.commons()))
    serve = await mountPages(app, context, jobs, { ...keys, passwords }, patiently)
  }
  const ready = finish()
  app.use(untilReady(ready, clock))
  const close = () =>
    endInOrder(log, [
      () => {
        isClosing = true
        return ready.catch(() => undefined)
      },
      () => stopTracing?.(),
      () => serve?.close(),
      () => index.close(),
      () => commons?.close(),
      () => jobs.close(),
    ])
  try {
    // only where one is open now does this wait for the fleet: until it is read nobody is under maintenance
    await jobs.windows.read()
    return { app, ready, close }
  } catch (error) {
    await close()
    throw error
  }
}

type Keys = Awaited<ReturnType<typeof openSeals>> & { readonly linkKey: () => Promise<string> }

function mountPages(
  app: Express,
  context: Context,
  jobs: Jobs,
  keys: Keys & { readonly passwords: Passwords },
  patiently: Patiently,
): Promise<Serve> {
  return mountApi(
    app,
    {
      ...context,
      health: () => withProblems(context.health(), jobs.alarms.problems),
      recent: new RecentActors(context.clock),
      passwords: keys.passwords,
      seals: keys.seals,
      channelSeals: keys.channels,
      clinicalSystem: context.detection.verdicts.clinicalSystem,
      versions: context.detection.versions,
      onReported: (machine, at) => context.detection.reported(machine, at),
      coverage: jobs.coverage,
      questions: jobs.questions,
      notifier: jobs.notifier,
      plan: (work, actor) => context.desk.plan(work, actor),
      linkKey: keys.linkKey,
      windows: jobs.windows,
      webDir: existsSync(DASHBOARD) ? DASHBOARD : undefined,
    },
    patiently,
  )
}
