import type { Clock } from '@pumphandle/shared/clock'
import { SteadyClock } from '@pumphandle/shared/steady-clock'
import { MINUTE } from '@pumphandle/shared/time'
import type { Config } from '../config/index.ts'
import { Changes } from '../fleet/changes.ts'
import { Fleet, type Transition } from '../fleet/fleet.ts'
import { loadFleet } from '../fleet/load.ts'
import { fleetView } from '../fleet/view.ts'
import { Follower } from '../ingest/follower.ts'
import { Ingest } from '../ingest/ingest.ts'
import { Clockwork } from '../jobs/clockwork.ts'
import { createLogger, type Logger } from '../log/logger.ts'
import { VERSION } from '../model/version.ts'
import { type StartOptions, startDetection } from '../pipeline/start.ts'
import { UnderMaintenance } from '../pipeline/under-maintenance.ts'
import { importPractices } from '../practices/import.ts'
import { DamagedRows } from '../store/damaged-rows.ts'
import { caughtUp } from './caught-up.ts'
import { journalWithin, loadBudgets, startChores } from './chores.ts'
import type { ActiveBrain, Context, Overrides } from './context.ts'
import { enrolments, openIdentity } from './enrolments.ts'
import { endInOrder } from './in-order.ts'
import { startKeepers } from './keepers.ts'
import { type ClaimedStore, openStoreOf } from './open-store.ts'
import { readStored } from './stored.ts'
import { asStartError } from './unusable.ts'

/** A demonstration has to show its incident within two minutes; a real fleet first teaches the detector what is usual. */
const DEMO_WARM_UP_SECONDS = 20

/**
 * Builds the context: opens the store, rebuilds the fleet from it, starts the clockwork. Listens to nothing yet.
 * @throws StartError, one sentence that says what to do
 */
export async function createContext(config: Config, overrides: Overrides = {}, brain?: ActiveBrain): Promise<Context> {
  const log = overrides.log ?? createLogger(config.logLevel)
  const clock = overrides.clock ?? new SteadyClock()
  // virtual time waits for nothing outside, so that a run is the same each time
  const claimed =
    brain?.claimed ??
    (await openStoreOf(config, log, clock, { ownThread: overrides.clock === undefined, trace: overrides.trace }))
  const damaged = new DamagedRows((row) => log.error(row, 'a row of the database is damaged and left out'))
  try {
    return await build(
      config,
      { ...claimed, certificate: brain?.certificate },
      damaged,
      log,
      { ...overrides, clock },
      brain?.state,
    )
  } catch (error) {
    damaged.close()
    await claimed.store.close()
    await claimed.claim.release()
    throw asStartError(config.database, error)
  }
}

async function build(
  config: Config,
  { store, claim, file, ...listening }: ClaimedStore & Pick<Context, 'certificate'>,
  damaged: DamagedRows,
  log: Logger,
  { clock, ...overrides }: Overrides & { readonly clock: Clock },
  brain?: ActiveBrain['state'],
): Promise<Context> {
  const startedAt = clock.now()
  const { settings, catalogue, book, probation, newest } = await readStored(store, config, clock.now())
  const changes = new Changes((error) => log.error({ err: error }, 'a listener of changes failed'))
  const budgets = await loadBudgets(store, overrides)
  const journal = journalWithin(budgets, { store, catalogue, clock, lastSeq: newest?.seq ?? 0 })
  const storeTransition = (t: Transition) => {
    const { id, lastHeard } = t.machine
    // one that comes and goes without end has its state stored, and a bounded history
    const from = t.from === t.to || budgets.takeState(id, t.at) ? t.from : t.to
    journal
      .transition({ ...t, from, machineId: id, lastHeard })
      .catch((error: unknown) => log.error({ err: error, machine: t.machine.uid }, 'a state could not be stored'))
  }
  const fleet: Fleet = new Fleet({
    changes,
    heartbeatMs: config.heartbeatSeconds * 1000,
    silenceMs: config.silenceSeconds * 1000,
    bootLoop: () => settings.current.bootLoop,
    now: brain?.at ?? startedAt,
    onTransition: (t) => {
      if (brain?.isCatchingUp) brain.judged(t)
      else storeTransition(t)
    },
    onSilent: (machine, at) => {
      ingest.drop(machine)
      detection.silent(machine, at, fleet.othersAlive(machine))
    },
    lastHeard: overrides.lastHeard,
  })
  await loadFleet(store.reader, fleet, {
    now: brain?.at ?? startedAt,
    loopWindowMs: settings.current.bootLoop.minutes * MINUTE,
  })
  const view = fleetView(fleet, book)
  const maintenance = new UnderMaintenance()
  const detection = await (brain ? (options: StartOptions) => brain.detection(options) : startDetection)({
    hasVoice: (machine) => probation.hasVoice(machine),
    originOf: (machine) => probation.originOf(machine),
    isHeard(id) {
      const machine = fleet.byId(id)
      return machine === undefined || probation.hasVoice(machine)
    },
    isProbe: (name) => settings.current.probes.some((probe) => probe.name === name),
    clock,
    log,
    store,
    view,
    changes,
    fleet,
    catalogue,
    maintenance,
    settings: config.demo ? { warmUpSeconds: DEMO_WARM_UP_SECONDS } : {},
    alarmBudget: () => settings.current.alarmBudget,
    lastSeq: () => journal.lastSeq,
    beside: brain?.beside,
  })
  const follower = new Follower({
    fleet,
    changes,
    pipeline: detection,
    identify: (machine, hello) => {
      if (brain?.isRehearsing) return
      enrolment
        .identify(machine, hello)
        .catch((error: unknown) => log.error({ err: error, machine: machine.uid }, 'a new name could not be stored'))
    },
  })
  const identity = openIdentity({ config, store, clock, log }, { isShared: false })
  const { identities } = identity
  const ingest: Ingest = new Ingest({
    identities: identity.ofMachines,
    clock,
    log,
    fleet,
    journal,
    follower,
    budgets,
    heartbeatSeconds: config.heartbeatSeconds,
    probes: () => settings.current.probes,
    maxFramesPerMinute: overrides.maxFramesPerMinute,
  })
  const { enrolment, retirement } = enrolments({
    store,
    clock,
    fleet,
    probation,
    identities,
    async onEnrolled(machine, at) {
      detection.enrolled(machine, at)
      // the first machine of a practice that nobody imported made it
      if (machine.site !== 0 && !book.byId(machine.site)) await clockwork.readPractices([machine.site])
    },
    onRevoked: (machine) => ingest.expel(machine),
  })
  log.info({ machines: fleet.size, database: store.kind, ms: clock.now() - startedAt }, 'fleet rebuilt from the store')
  const index = await caughtUp(brain, {
    store,
    clock,
    log,
    changes,
    fleet,
    book,
    settings,
    follower,
    catalogue,
    maintenance,
    detection,
    probation,
    retirement,
    onTransition: storeTransition,
  })
  const chores = startChores({
    clock,
    log,
    store,
    enrolment,
    budgets,
    journal,
    settings,
    isAlone: config.role === 'all',
  })
  const { keeper, clocks, health, certificate } = startKeepers({
    config,
    clock,
    log,
    store,
    claim,
    file,
    journal,
    fleet,
    ingest,
    damaged,
    startedAt,
    newestBefore: newest?.receivedAt,
    ...listening,
  })
  const clockwork: Clockwork = new Clockwork({ clock, log, changes, fleet, detection, health, book, store })
  return {
    config,
    clock,
    log,
    trace: overrides.trace,
    store,
    index,
    changes,
    fleet,
    book,
    view,
    journal,
    ingest,
    follower,
    enrolment,
    retirement,
    identity,
    detection,
    incidents: detection.incidents,
    desk: detection.desk,
    feedback: detection.feedback,
    health: () => health.report(),
    healthParts: health,
    clocks,
    certificate,
    claim,
    keeper,
    settings,
    maintenance,
    async importPractices(text, options) {
      const { report, machines } = await importPractices(store, text, options, clock.now())
      if (options.dryRun) return report
      for (const machine of machines) fleet.put(machine, clock.now())
      await clockwork.readPractices()
      return report
    },
    onMachines(ids) {
      const at = clock.now()
      for (const id of ids) {
        const machine = fleet.byId(id)
        if (machine) changes.emit('machine-changed', { machine, from: machine.state, at })
      }
    },
    onPractice: (id) => clockwork.readPractices([id]),
    startedAt,
    version: VERSION,
    close: () =>
      endInOrder(log, [
        () => clocks.close(),
        () => certificate?.close(),
        () => clockwork.stop(),
        () => chores.stop(),
        () => ingest.close(),
        () => enrolment.close(),
        () => identities.close(),
        () => keeper.close(),
        () => clockwork.flush(),
        () => chores.saveBudgets(),
        () => detection.close(),
        () => store.close(),
        () => claim.release(),
        () => damaged.close(),
      ]),
  }
}
