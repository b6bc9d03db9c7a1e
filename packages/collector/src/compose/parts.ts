import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { CollectorHealth, PracticesImport, Settings } from '@pumphandle/shared/api'
import { type Clock, systemClock } from '@pumphandle/shared/clock'
import { MINUTE } from '@pumphandle/shared/time'
import type { Config } from '../config/index.ts'
import { Enrolment } from '../enrol/enrolment.ts'
import { Changes } from '../fleet/changes.ts'
import { Fleet, type FleetOptions } from '../fleet/fleet.ts'
import { loadFleet } from '../fleet/load.ts'
import { fleetView } from '../fleet/view.ts'
import { type IncidentDesk, type Incidents, seedRunbooks } from '../incidents/index.ts'
import { Ingest } from '../ingest/ingest.ts'
import { Journal } from '../ingest/journal.ts'
import { Clockwork } from '../jobs/clockwork.ts'
import { Health } from '../jobs/health.ts'
import { createLogger, type Logger } from '../log/logger.ts'
import type { FleetView } from '../model/fleet-view.ts'
import { VERSION } from '../model/version.ts'
import type { Detection } from '../pipeline/detection.ts'
import { startDetection } from '../pipeline/start.ts'
import { PracticeBook } from '../practices/book.ts'
import { type ImportOptions, importPractices } from '../practices/import.ts'
import { readSettings } from '../serve/routes/settings.ts'
import { Catalogue } from '../store/catalogue.ts'
import type { Store } from '../store/index.ts'
import { newestSeq } from '../store/replay.ts'
import { openStoreOf } from './open-store.ts'

/** Everything that the collector consists of, made once from its configuration and handed to those who need a part. */
export interface Context {
  readonly config: Config
  readonly clock: Clock
  readonly log: Logger
  readonly store: Store
  readonly changes: Changes
  readonly fleet: Fleet
  /** Every practice, in memory. */
  readonly book: PracticeBook
  /** The fleet as incidents see it: names and presence by index. */
  readonly view: FleetView
  readonly journal: Journal
  readonly ingest: Ingest
  readonly enrolment: Enrolment
  readonly detection: Detection
  readonly incidents: Incidents
  readonly desk: IncidentDesk
  readonly health: () => CollectorHealth
  /** Told when an admin changed settings: they hold from the next event on. */
  readonly onSettings: (settings: Settings) => void
  /** Takes over a file of practices, in the store and everywhere that practices are kept in memory. */
  readonly importPractices: (text: string, options: ImportOptions) => Promise<PracticesImport>
  /** Told when somebody changed a practice; what others write to a PostgreSQL is noticed within a minute. */
  readonly onPractice: (id: number) => Promise<void>
  /** When this collector started, ms epoch. */
  readonly startedAt: number
  readonly version: string
  readonly webDir: string | undefined
  /** Stops the timers, stores what was received, closes the database. */
  close(): Promise<void>
}

/** What tests and the simulator put in place of the real thing. */
export interface Overrides {
  readonly clock?: Clock
  readonly log?: Logger
  /** Presence in virtual time; see {@link FleetOptions}. */
  readonly lastHeard?: FleetOptions['lastHeard']
  /** Frames a minute from one connection: a benchmark's few senders stand for many. */
  readonly maxFramesPerMinute?: number
}

const DASHBOARD = fileURLToPath(new URL('../../../dashboard/dist/web', import.meta.url))
/** A demonstration has to show its incident within two minutes; a real fleet first teaches the detector what is usual. */
const DEMO_WARM_UP_SECONDS = 20

/**
 * Builds the context: opens the store, rebuilds the fleet from it, starts the clockwork. Listens to nothing yet.
 * @throws StartError, one sentence that says what to do
 */
export async function createContext(config: Config, overrides: Overrides = {}): Promise<Context> {
  const clock = overrides.clock ?? systemClock
  const log = overrides.log ?? createLogger(config.logLevel)
  const startedAt = clock.now()
  const store = await openStoreOf(config, log)
  await seedRunbooks(store, clock)
  let settings = await readSettings({ config, store })
  const catalogue = new Catalogue()
  await catalogue.load(store.reader)
  const book = new PracticeBook(store.db)
  await book.read()

  const changes = new Changes((error) => log.error({ err: error }, 'a listener of changes failed'))
  const journal = new Journal({
    store,
    catalogue,
    now: () => clock.now(),
    lastSeq: await newestSeq(store.reader),
  })
  const fleet: Fleet = new Fleet({
    changes,
    heartbeatMs: config.heartbeatSeconds * 1000,
    silenceMs: config.silenceSeconds * 1000,
    bootLoop: () => settings.bootLoop,
    now: startedAt,
    onTransition: (t) => {
      journal
        .transition({ ...t, machineId: t.machine.id, lastHeard: t.machine.lastHeard })
        .catch((error: unknown) => log.error({ err: error, machine: t.machine.uid }, 'a state could not be stored'))
    },
    onSilent: (machine, at) => {
      ingest.drop(machine)
      detection.silent(machine, at, fleet.othersAlive(machine))
    },
    lastHeard: overrides.lastHeard,
  })
  await loadFleet(store.reader, fleet, { now: startedAt, loopWindowMs: settings.bootLoop.minutes * MINUTE })
  const view = fleetView(fleet, book)
  const detection = await startDetection({
    clock,
    log,
    store,
    view,
    changes,
    fleet,
    catalogue,
    settings: {
      alarmsPerFleetYear: settings.alarmBudget,
      ...(config.demo ? { warmUpSeconds: DEMO_WARM_UP_SECONDS } : {}),
    },
    lastSeq: () => journal.lastSeq,
  })
  const ingest: Ingest = new Ingest({
    clock,
    log,
    fleet,
    journal,
    changes,
    pipeline: detection,
    identify: (machine, hello) => {
      enrolment
        .identify(machine, hello)
        .catch((error: unknown) => log.error({ err: error, machine: machine.uid }, 'a new name could not be stored'))
    },
    heartbeatSeconds: config.heartbeatSeconds,
    probes: () => settings.probes,
    maxFramesPerMinute: overrides.maxFramesPerMinute,
  })
  const enrolment: Enrolment = new Enrolment({
    store,
    clock,
    fleet,
    onEnrolled: (machine, at) => {
      detection.enrolled(machine, at)
      // the first machine of a practice that nobody imported made it
      if (machine.site !== 0 && !book.byId(machine.site)) void clockwork.readPractices([machine.site])
    },
  })
  const health = new Health({ clock, fleet, ingest, journal, startedAt })
  const clockwork: Clockwork = new Clockwork({ clock, log, changes, fleet, detection, health, book, store })
  log.info({ machines: fleet.size, database: store.kind, ms: clock.now() - startedAt }, 'fleet rebuilt from the store')
  return {
    config,
    clock,
    log,
    store,
    changes,
    fleet,
    book,
    view,
    journal,
    ingest,
    enrolment,
    detection,
    incidents: detection.incidents,
    desk: detection.desk,
    health: () => health.report(),
    onSettings: (changed) => {
      settings = changed
    },
    async importPractices(text, options) {
      const { report, machines } = await importPractices(store, text, options)
      if (options.dryRun) return report
      for (const machine of machines) fleet.put(machine, clock.now())
      await clockwork.readPractices()
      return report
    },
    onPractice: (id) => clockwork.readPractices([id]),
    startedAt,
    version: VERSION,
    webDir: existsSync(DASHBOARD) ? DASHBOARD : undefined,
    async close() {
      clockwork.stop()
      await ingest.close()
      await enrolment.settled()
      await clockwork.flush()
      await detection.close()
      await store.close()
    },
  }
}
