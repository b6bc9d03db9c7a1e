import { Rounds } from '@pumphandle/shared/rounds'
import { SteadyClock } from '@pumphandle/shared/steady-clock'
import { MINUTE, SECOND } from '@pumphandle/shared/time'
import { edgeCore } from '../cluster/edge-core.ts'
import { EdgeLease } from '../cluster/edge-lease.ts'
import { Recorder } from '../cluster/recorder.ts'
import { ToBrain } from '../cluster/to-brain.ts'
import type { Config } from '../config/index.ts'
import { Changes } from '../fleet/changes.ts'
import { Fleet } from '../fleet/fleet.ts'
import { Follower } from '../ingest/follower.ts'
import { Ingest } from '../ingest/ingest.ts'
import { StoreKeeper } from '../jobs/store-keeper.ts'
import { createLogger } from '../log/logger.ts'
import { LiveSettings } from '../settings/live-settings.ts'
import { Catalogue } from '../store/catalogue.ts'
import { journalWithin, loadBudgets } from './chores.ts'
import { openShared } from './cluster-store.ts'
import type { Overrides } from './context.ts'
import { type FrontDoor, openFrontDoor } from './door.ts'
import { edgeApp } from './edge-app.ts'
import { openEdgeLog } from './edge-log.ts'
import { openIdentity } from './identity.ts'
import { endInOrder } from './in-order.ts'
import { whereIs } from './keepers.ts'
import type { Program } from './role.ts'

/** How often what admins have set is read anew: agents are told of it at their next welcome. */
const SETTINGS_EVERY_MS = MINUTE

/**
 * Starts an edge: agents' sockets, whose events go to the database and whose presence goes to the brain through the
 * journal. Whatever else is asked here is handed to the active brain.
 * @throws ConfigError or StartError, one sentence that says what to do
 */
export async function startEdge(config: Config, overrides: Overrides = {}): Promise<Program> {
  const log = overrides.log ?? createLogger(config.logLevel)
  const clock = overrides.clock ?? new SteadyClock()
  const store = await openShared(config, log, clock, { as: 'edge' })
  const { name, edgeLog, days } = await openEdgeLog(store, clock, log)
  const settings = await LiveSettings.read(store, config)
  const catalogue = new Catalogue()
  await catalogue.load(store.reader)
  const budgets = await loadBudgets(store, overrides)
  const journal = journalWithin(budgets, { store, catalogue, clock, log: edgeLog })
  const fleet: Fleet = new Fleet({
    changes: new Changes(() => undefined),
    heartbeatMs: config.heartbeatSeconds * SECOND,
    silenceMs: config.silenceSeconds * SECOND,
    bootLoop: () => settings.current.bootLoop,
    now: clock.now(),
    // the brain judges states
    onTransition: () => undefined,
    onSilent: (machine, at) => {
      ingest.drop(machine)
      recorder.closed(machine, false, at)
    },
  })
  const recorder = new Recorder({
    clock,
    log,
    fleet,
    journal,
    heartbeatMs: config.heartbeatSeconds * SECOND,
    silenceMs: config.silenceSeconds * SECOND,
  })
  const follower = new Follower({
    fleet,
    changes: new Changes(() => undefined),
    pipeline: recorder,
    // the brain takes the hello's word
    identify: () => undefined,
  })
  const identity = openIdentity({ config, store, clock, log }, { isShared: true })
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
  const keeper = new StoreKeeper({
    clock,
    log,
    store,
    journal,
    claim: {},
    file: undefined,
    where: whereIs(config.database),
  })
  const lease = new EdgeLease({
    clock,
    log,
    store,
    name,
    ingest,
    edgeLog,
    recorder,
    connections: () => fleet.connected,
    stuckMs: () => journal.stuckMs,
  })
  const toBrain = new ToBrain({
    store,
    clock,
    isSecure: config.tls !== undefined,
    // its own gateway processes stand before it too
    trustProxy: config.trustProxy || config.gateways > 0,
  })
  const stopLooking = clock.every(SECOND, () => {
    fleet.tick(clock.now())
    recorder.look(clock.now())
  })
  // what fails is known to the store
  const rereading = new Rounds({ clock, everyMs: SETTINGS_EVERY_MS, run: () => settings.reread() })
  let door: FrontDoor | undefined
  const close = () =>
    endInOrder(log, [
      () => door?.shut(),
      () => days.close(),
      () => stopLooking(),
      () => rereading.close(),
      () => ingest.close(),
      () => identity.identities.close(),
      () => lease.close(),
      () => toBrain.close(),
      () => keeper.close(),
      () => store.close(),
      () => door?.close(),
    ])
  try {
    const core = edgeCore({ store, clock, fleet, ingest, recorder, ...identity })
    door = await openFrontDoor(
      { config, clock, log, core, isUnbounded: budgets.isUnbounded },
      edgeApp(store, toBrain, identity, { clock, keeper }),
    )
    log.info({ at: door.url, edge: edgeLog.edge }, 'edge listens')
    return { url: door.url, lookAnew: door.lookAnew, close }
  } catch (error) {
    await close()
    throw error
  }
}
