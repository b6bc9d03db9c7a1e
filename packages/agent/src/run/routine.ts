import { join } from 'node:path'
import type { Clock } from '@pumphandle/shared/clock'
import { Coalesced } from '@pumphandle/shared/flow'
import type { AgentEvent, EventOf, Hello, Vitals, Welcome } from '@pumphandle/shared/wire'
import { createDiskWatch } from '../live/disk.ts'
import { createProbes } from '../live/probes.ts'
import { createServiceWatch, type WatchedService } from '../live/services.ts'
import { createVitalsReader, diskOf } from '../live/vitals.ts'
import { type Rest, watchPlaces } from '../live/watcher.ts'
import type { Log } from '../log/log.ts'
import { createLossWatch, OFFLINE_SINCE, TICK_MS } from '../spool/network-loss.ts'
import { openSpool, type Spool } from '../spool/spool.ts'
import type { ChannelEnd } from '../uplink/channel.ts'
import type { Uplink } from '../uplink/uplink.ts'
import type { LiveRegistry, LogPlaces } from '../volume/volume.ts'
import type { ServiceStates } from '../windows/service-states.ts'
import type { SystemChannel } from '../windows/system-channel.ts'
import { COMPONENTS, changesSince, type KnownComponents } from './component-memory.ts'
import type { FirstSight } from './first-sight.ts'
import { INVENTORY, inventoryEvent } from './inventory-memory.ts'
import { keepMemorySmall } from './memory.ts'
import type { Observer } from './observer.ts'
import { asTold, learn, type Told, writeTold } from './told.ts'
import { createVolumeObserver } from './volume-observer.ts'

export interface RoutineOptions {
  dataFolder: string
  /** The id of this machine: what was told under another one is told again. */
  machine: string
  /** Root of the volume that is watched. */
  volume: string
  /** The registry of the volume, where it is running. */
  live?: (() => LiveRegistry) | undefined
  clock: Clock
  log: Log
  random: () => number
  /** A running Windows' services; absent on a volume of files. */
  services?: ServiceStates | undefined
  /** The running Windows' System log, ahead of its file. */
  channel?: SystemChannel | undefined
  /** Watches registry keys; answers what ends it. Absent on a volume of files. */
  watchKeys?: ((keys: readonly string[], changed: () => Promise<boolean>) => () => void) | undefined
  /** Whether this computer is another than the one that enrolled: its disk was copied, or its board replaced. */
  isOtherComputer?: (() => boolean) | undefined
  /** Reads the hardware in a process of its own; absent where this is no machine of the fleet. */
  hardware?: (() => Promise<EventOf<'inventory'>['hardware']>) | undefined
}

/** The agent's life after the first second. */
export interface Routine {
  readonly spool: Spool
  /** The session that is under way: fast start-up resumes the agent with the kernel, and hello must tell of the new one. */
  boot(): Hello['boot']
  vitals(): Vitals
  welcomed(welcome: Pick<Welcome, 'probes'>): void
  lost(end: ChannelEnd): void
  /** Whether something on the way ends TLS, for the next start. */
  provenByNonce(isByNonce: boolean): void
  close(): void
}

/** A disk that was full may have room again. */
const RETRY_SPOOL_MS = 60_000
/** Services of the sensors are asked for their state this often; 18 ms each. */
const SERVICES_MS = 60_000
const DISK_MS = 60_000
/** A glance takes 1 to 10 ms, and the second file that an updater writes may be the bad one. */
const GLANCE_REST: Rest = { times: 4, leastMs: 5, mostMs: 100 }
/** A full look takes tenths of a second, and Windows writes its logs all day; of what a start has to say, most comes early. */
const LOOK_REST: Rest = { times: 20, leastMs: 300, mostMs: 60_000, isDoubled: true }
/** Sensors are read this often, whether or not anything told of a change. */
const GLANCE_MS = 5 * 60_000
/** The channel is ahead of the file by seconds: that matters while this start and the end before it are told of. */
const CHANNEL_MS = 10 * 60_000
/** Behind the watches of the logs: Windows tells of their growth when it pleases. Only what has news is looked at. */
const LOOK_MS = 10 * 60_000
/** Most of what comes writes some record; what does not is seen with this look, which takes tenths of a second. */
const FULL_LOOK_MS = 6 * 60 * 60_000
/** Garbage of an hour is 1 to 2 MB; taking it back costs 20 ms, half a second a day. */
const GIVE_BACK_MS = 60 * 60_000
/** Hardware does not change while a machine runs; asked minutes after the start, at a random time, then daily. */
const HARDWARE_FIRST_MS = { least: 3 * 60_000, spread: 20 * 60_000 }
const HARDWARE_EVERY_MS = 24 * 3_600_000
const HARDWARE = 'hardware'
/** As whom the spool's memory was told. */
const MACHINE = 'machine'

/** An inventory's own bound. */
const MAX_PROBLEMS = 50
/** Two computers with one identity take each other's place at the collector, again and again. */
const COPIED = {
  source: 'agent',
  code: 'other-computer',
  message:
    'This is another computer than the one that enrolled: its disk was copied, or its board replaced. Where the other one still runs, install the agent here anew with an enrolment token.',
}

/** Opens the spool, offers what the first second saw, looks at everything and keeps watching. */
export async function startRoutine(options: RoutineOptions, uplink: Uplink, first: FirstSight): Promise<Routine> {
  const { clock, log } = options
  const begunAt = clock.now()
  const giveMemoryBack = keepMemorySmall()
  const channel = () => (clock.now() - begunAt < CHANNEL_MS ? options.channel : undefined)
  const observer: Observer = createVolumeObserver(options.volume, options.live, channel)
  const spool = openSpool(options.dataFolder, clock)
  if (spool.wasDamaged)
    log.warn({}, 'the spool was damaged: what could be read of it is kept, and Windows’ logs are read again')
  const tellTrouble = () => {
    if (spool.trouble)
      log.warn({ trouble: spool.trouble }, 'the spool’s file cannot be used; events are kept in memory meanwhile')
  }
  tellTrouble()
  const vitals = createVitalsReader(options.volume)
  const diskWatch = createDiskWatch()
  const services = createServiceWatch(options.services, first.boot.bootId, clock)
  const probes = createProbes(clock, options.random, (event) => uplink.report([event]))
  const losses = createLossWatch(spool.recall(OFFLINE_SINCE), first.boot, clock)
  let { boot } = first
  let watched: WatchedService[] = []
  let inventory: Parameters<typeof inventoryEvent>[1] | undefined

  let stopTicks: (() => void) | undefined
  /** While nobody is reached, it is watched whether the machine is awake. */
  function watchLoss(): void {
    stopTicks ??= clock.every(TICK_MS, () => {
      const { loss, remember: offline } = losses.tick()
      if (loss || offline) uplink.report(loss ? [loss] : [], offline && { [OFFLINE_SINCE]: offline })
    })
  }
  if (spool.recall(OFFLINE_SINCE)) watchLoss()

  const toldAs = spool.recall(MACHINE)
  if (toldAs !== options.machine)
    spool.offer([], {
      [MACHINE]: options.machine,
      ...(toldAs !== undefined && { [INVENTORY]: null, [COMPONENTS]: null }),
    })
  let { told } = first
  remember({ ...told, runs: told.runs ?? 1 })
  spool.offer(first.events)
  uplink.attach(spool)
  if (uplink.isConnected()) reached()

  function remember(next: Told): void {
    told = next
    try {
      writeTold(options.dataFolder, told)
    } catch (error) {
      log.warn({ reason: String(error) }, 'what was told cannot be remembered')
    }
  }

  /** Reports what came, changed or went, and remembers it in the same breath. */
  function compare(seen: Awaited<ReturnType<Observer['glance']>>): number {
    const known = (spool.recall(COMPONENTS) ?? undefined) as KnownComponents | undefined
    const changes = changesSince(known, seen.components, seen.complete, clock.now())
    if (changes.events.length === 0 && known !== undefined) return 0
    return uplink.report(changes.events, { [COMPONENTS]: changes.known })
  }

  const isCopy = options.isOtherComputer?.() === true
  if (isCopy) log.warn({}, COPIED.message)
  const withOrigin = (told: Awaited<ReturnType<Observer['look']>>['inventory']): typeof told =>
    isCopy ? { ...told, problems: [COPIED, ...(told.problems ?? [])].slice(0, MAX_PROBLEMS) } : told

  function tellInventory(): void {
    if (inventory === undefined) return
    const hardware = spool.recall(HARDWARE) as EventOf<'inventory'>['hardware']
    const told = inventoryEvent(spool.recall(INVENTORY), { ...inventory, ...(hardware && { hardware }) }, clock.now())
    if (told) uplink.report([told.event], { [INVENTORY]: told.told })
  }

  const look = oneAtATime(async () => {
    const sight = await observer.look()
    const learnt = learn(told, sight.events)
    const isMoved = JSON.stringify(sight.movedLogs) !== JSON.stringify(told.logs ?? {})
    if (learnt !== told || isMoved) remember({ ...learnt, logs: sight.movedLogs })
    const events = sight.events.map((event) => asTold(told, event))
    boot = resumedBoot(events, boot, clock.now()) ?? boot
    const news = uplink.report(events) + compare(sight)
    inventory = { ...withOrigin(sight.inventory), components: sight.components, complete: sight.complete }
    tellInventory()
    watched = sight.services
    return news + uplink.report(services.look(watched))
  }, log)
  const glance = oneAtATime(async () => compare(await observer.glance()), log)

  async function lookAtNews(): Promise<void> {
    if (await observer.hasNews().catch(() => true)) await look()
  }

  /** The collector is there again: tell of the time that it was not, and of what the spool had to drop meanwhile. */
  function reached(): void {
    const told: AgentEvent[] = []
    stopTicks?.()
    stopTicks = undefined
    const loss = losses.end()
    if (loss) told.push(loss)
    uplink.report(told, { [OFFLINE_SINCE]: null })
    tellDropped()
  }

  function tellDropped(): void {
    const dropped = spool.dropped()
    if (!dropped) return
    uplink.report([{ id: `dropped:${dropped.since}`, at: clock.now(), type: 'spool-dropped', ...dropped }])
    spool.forgetDropped()
  }

  /** The spool's file can be used again: what was read of it since goes out. */
  function spoolIsBack(): void {
    uplink.attach(spool)
    if (uplink.isConnected()) tellDropped()
  }

  async function readHardware(): Promise<void> {
    try {
      const hardware = await options.hardware?.()
      if (hardware) spool.offer([], { [HARDWARE]: hardware })
      tellInventory()
    } catch (error) {
      log.warn({ reason: String(error) }, 'the hardware could not be read')
    }
    cancels[0] = clock.after(HARDWARE_EVERY_MS, () => void readHardware())
  }

  const place = (folder: string) => join(options.volume, folder)
  const unwatch = watchPlaces(
    [
      ...observer.places.glance.map((folder) => ({
        folder: place(folder),
        changed: () => {
          observer.expect(folder)
          return glance()
        },
        rest: GLANCE_REST,
      })),
      ...observer.places.look.map(({ folder, names }) => ({
        folder: place(folder),
        names,
        changed: look,
        rest: LOOK_REST,
      })),
    ],
    clock,
  )
  const unwatchKeys = options.watchKeys?.(observer.places.keys, glance)
  const cancels = [
    clock.after(HARDWARE_FIRST_MS.least + options.random() * HARDWARE_FIRST_MS.spread, () => void readHardware()),
    clock.every(GIVE_BACK_MS, () => giveMemoryBack()),
    clock.every(RETRY_SPOOL_MS, () => {
      const before = spool.trouble
      if (before === undefined) return
      if (!spool.retry()) return tellTrouble()
      log.info({ trouble: before }, 'the spool’s file can be used again, and has what was in memory')
      spoolIsBack()
    }),
    clock.every(SERVICES_MS, () => uplink.report(services.look(watched))),
    // behind the watches of folders and keys, of which some may be missing or silent
    clock.every(GLANCE_MS, () => void glance()),
    clock.every(LOOK_MS, () => void lookAtNews()),
    clock.every(FULL_LOOK_MS, () => void look().then(() => giveMemoryBack('code'))),
    clock.every(DISK_MS, () => {
      const free = diskOf(options.volume)?.diskFreeBytes
      const falling = free === undefined ? undefined : diskWatch.measured(clock.now(), free)
      if (falling) uplink.report([falling])
    }),
  ]
  await look()
  const unwatchMoved = watchPlaces(
    movedFolders(told.logs).map(({ folder, names }) => ({
      folder: place(folder),
      names,
      changed: look,
      rest: LOOK_REST,
    })),
    clock,
  )
  giveMemoryBack('code')

  return {
    spool,
    boot: () => boot,
    vitals: () => vitals.read(),
    welcomed(welcome) {
      probes.aim(welcome.probes)
      reached()
    },
    lost(end) {
      if (end.reached && end.refused !== true) return
      const since = losses.begin()
      if (since) spool.offer([], { [OFFLINE_SINCE]: since })
      watchLoss()
    },
    provenByNonce(isByNonce) {
      if (isByNonce !== (told.isByNonce ?? false)) remember({ ...told, isByNonce })
    },
    close() {
      unwatch()
      unwatchMoved()
      stopTicks?.()
      unwatchKeys?.()
      probes.stop()
      for (const cancel of cancels) cancel()
      spool.close()
    },
  }
}

/** Folders inside the volume to which logs were moved, and the logs there. */
function movedFolders(logs: LogPlaces = {}): { folder: string; names: ReadonlySet<string> }[] {
  const paths = Object.values(logs).flatMap((moved) =>
    'path' in moved && !/^[a-z]:/i.test(moved.path) ? [moved.path] : [],
  )
  return paths.map((path) => {
    const cut = path.lastIndexOf('/')
    return { folder: path.slice(0, Math.max(cut, 0)), names: new Set([path.slice(cut + 1).toLowerCase()]) }
  })
}

/** The session that fast start-up resumed since the one that is known; undefined where there is none. */
export function resumedBoot(
  events: readonly AgentEvent[],
  known: Hello['boot'],
  now: number,
): Hello['boot'] | undefined {
  const newest = events.findLast((event): event is EventOf<'boot'> => event.type === 'boot' && event.at <= now)
  if (newest?.start !== 'fast-startup' || newest.at <= known.startedAt) return undefined
  return { bootId: newest.bootId, startedAt: newest.at, previousEnd: newest.previous.end }
}

/** Runs work once at a time; calls that come meanwhile become one more run after it. Answers whether there was news. */
function oneAtATime(work: () => Promise<number>, log: Log): () => Promise<boolean> {
  const looks = new Coalesced(() =>
    work().catch((error: unknown) => {
      log.error({ reason: String(error) }, 'a look at the volume failed')
      return 0
    }),
  )
  return async () => (await looks.ask()) > 0
}
