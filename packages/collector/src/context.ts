import { mkdirSync } from 'node:fs'
import { type Clock, systemClock } from '@pumphandle/shared/clock'
import type { Config } from './config/index.ts'
import { Enrolment } from './enrol/enrolment.ts'
import { Changes } from './fleet/changes.ts'
import { Fleet, type FleetOptions, type Transition } from './fleet/fleet.ts'
import { loadFleet } from './fleet/load.ts'
import { Ingest } from './ingest/ingest.ts'
import { Journal } from './ingest/journal.ts'
import { createLogger, type Logger } from './log/logger.ts'
import { openStore, type Store } from './store/index.ts'

/** Everything that the collector consists of, made once from its configuration and handed to those who need a part. */
export interface Context {
  readonly config: Config
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly changes: Changes
  readonly fleet: Fleet
  readonly journal: Journal
  readonly ingest: Ingest
  readonly enrolment: Enrolment
  /** When this collector started, ms epoch. */
  readonly startedAt: number
  /** Stops the timers, stores what was received, closes the database. */
  close(): Promise<void>
}

/** What tests and the simulator put in place of the real thing. */
export interface Overrides {
  readonly clock?: Clock
  readonly log?: Logger
  /** Presence in virtual time; see {@link FleetOptions}. */
  readonly lastHeard?: FleetOptions['lastHeard']
}

const TICK_MS = 1_000

/**
 * Builds the context: opens the store, rebuilds the fleet from it, starts the clockwork. Listens to nothing yet.
 * @throws StartError, one sentence that says what to do
 */
export async function createContext(config: Config, overrides: Overrides = {}): Promise<Context> {
  const clock = overrides.clock ?? systemClock
  const log = overrides.log ?? createLogger(config.logLevel)
  const startedAt = clock.now()
  const store = await openStoreOf(config, log)
  const changes = new Changes((error) => log.error({ err: error }, 'a listener of changes failed'))
  const journal = new Journal(store, () => clock.now())
  const loopWindowMs = config.bootLoop.minutes * 60_000
  const fleet: Fleet = new Fleet({
    changes,
    silenceMs: config.silenceSeconds * 1000,
    bootLoop: { boots: config.bootLoop.boots, windowMs: loopWindowMs },
    now: startedAt,
    onTransition: (t) => writeTransition(journal, log, t),
    onSilent: (machine) => ingest.drop(machine),
    lastHeard: overrides.lastHeard,
  })
  const ingest: Ingest = new Ingest({
    clock,
    log,
    fleet,
    journal,
    changes,
    pipeline: { online: () => undefined, event: () => undefined, goodbye: () => undefined },
    heartbeatSeconds: config.heartbeatSeconds,
    probes: () => config.probes,
  })
  const enrolment = new Enrolment({ store, clock, fleet })
  await loadFleet(store.reader, fleet, { now: startedAt, loopWindowMs })
  const stopTicking = clock.every(TICK_MS, () => fleet.tick(clock.now()))
  log.info({ machines: fleet.size, database: store.kind }, 'fleet rebuilt from the store')
  return {
    config,
    clock,
    log,
    store,
    changes,
    fleet,
    journal,
    ingest,
    enrolment,
    startedAt,
    async close() {
      stopTicking()
      await ingest.close()
      await store.close()
    },
  }
}

/** A start that failed for a reason that a person can mend. */
export class StartError extends Error {
  override readonly name = 'StartError'
}

async function openStoreOf(config: Config, log: Logger): Promise<Store> {
  try {
    mkdirSync(config.dataDir, { recursive: true })
  } catch (error) {
    throw unwritable(config.dataDir, error)
  }
  try {
    return await openStore(config.database, {
      onError: (error) => log.warn({ err: error }, 'a connection to the database broke; the next one is opened'),
    })
  } catch (error) {
    if (config.database.kind === 'sqlite') throw unwritable(config.database.file, error)
    throw new StartError(
      `The database at PUMPHANDLE_DATABASE does not open (${(error as Error).message}); check that it runs and the address is right.`,
      { cause: error },
    )
  }
}

function unwritable(path: string, error: unknown): StartError {
  return new StartError(
    `Cannot write ${path} (${(error as Error).message}); make it writable, or set PUMPHANDLE_DATA to a folder that is.`,
    { cause: error },
  )
}

function writeTransition(journal: Journal, log: Logger, t: Transition): void {
  const { machine, at, from, to, reason } = t
  journal
    .transition({ machineId: machine.id, at, from, to, reason, lastHeard: machine.lastHeard })
    .catch((error: unknown) => log.error({ err: error, machine: machine.uid }, 'a state could not be stored'))
}
