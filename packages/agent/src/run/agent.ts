import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import type { Clock } from '@pumphandle/shared/clock'
import type { GoodbyeReason, Hello } from '@pumphandle/shared/wire'
import { PROTOCOL } from '@pumphandle/shared/wire/protocol'
import type { Log } from '../log/log.ts'
import type { Spool } from '../spool/spool.ts'
import { createBackoff } from '../uplink/backoff.ts'
import { dial } from '../uplink/dial.ts'
import { newKey, publicKeyOf } from '../uplink/key.ts'
import { createProver } from '../uplink/prover.ts'
import { startUplink, type Uplink } from '../uplink/uplink.ts'
import type { ComputerMarks } from '../volume/fingerprint.ts'
import type { FirstSight } from './first-sight.ts'
import { type Identity, routeOf, type Station, trustedRoute } from './identity.ts'
import type { Routine } from './routine.ts'

export interface AgentOptions {
  identity: Identity
  dataFolder: string
  /** Windows' ways to sign on to a proxy. */
  signOn?: Station['signOn']
  /** Reads the first second's evidence. */
  first: () => FirstSight
  clock: Clock
  log: Log
  random: () => number
  /** By how many milliseconds the clock was set since the first second: TLS may refuse until it is right. */
  clockShift?: (() => number) | undefined
  /** The system's own proxy: tried where none is set and the direct way fails. */
  systemProxy?: (() => string | undefined) | undefined
  /** What tells this computer from others; absent where this is no running Windows. */
  marks?: (() => ComputerMarks) | undefined
  /** Another computer has this machine's key, and had it first: this one has to become a machine of its own. */
  copied?: ((token: string | undefined) => void) | undefined
  version: string
  /** Opens what takes time, after the first second: spool, watches, probes. */
  loadRoutine: (uplink: Uplink, first: FirstSight) => Promise<Routine>
}

/** A running agent. */
export interface Agent {
  /** The machine or the agent is about to stop or sleep. Resolves when the collector's socket has the word. */
  goodbye(reason: GoodbyeReason): Promise<void>
  resumed(): void
  /** After a goodbye that was for good: ends watches and closes the spool. */
  close(): void
}

/** The handshake's first packet is out by then, or the network is slow. */
const SLOW_NETWORK_MS = 30
/** Everything else waits for the first second's frames, but no longer than this: there may be no network. */
const FIRST_SECOND_MS = 1500
/** A goodbye that has not left by then will not leave. Windows gives a service 5 s at pre-shutdown. */
const GOODBYE_MS = 1500

/**
 * Starts the agent. The connection is begun first; while it is made, the boot and a crash before it are read from the log's
 * end; both leave with hello. Nothing else is loaded before that.
 */
export function startAgent(options: AgentOptions): Agent {
  const { identity, clock, log } = options
  const { stored, secrets } = identity
  let first: FirstSight | undefined
  const sight = (): FirstSight => (first ??= options.first())
  let spool: Spool | undefined
  let routine: Routine | undefined
  let settle: (() => void) | undefined
  const firstSecond = new Promise<void>((resolve) => (settle = resolve))

  const quickRoute = routeOf(stored, secrets, options)
  const isPinUnknown = stored.caSha256 !== undefined && quickRoute.ca === undefined
  // with several pins the collector may come to show another one than was learnt
  const hasMorePins = stored.caSha256?.includes(',') === true
  let mustLearn = isPinUnknown
  let isDirectWayShut = false
  /** While the network answers. */
  function meanwhile(): void {
    sight()
    prover.prepare()
  }
  async function connect(): Promise<Socket> {
    const proxy = stored.proxy ?? (isDirectWayShut ? options.systemProxy?.() : undefined)
    try {
      const route = mustLearn
        ? await trustedRoute({ ...stored, ...(proxy && { proxy }) }, secrets, options, !isPinUnknown)
        : routeOf(stored, secrets, options)
      return await dial({ ...route, proxy }, meanwhile)
    } catch (error) {
      isDirectWayShut = !isDirectWayShut
      mustLearn = isPinUnknown || hasMorePins
      throw error
    }
  }
  const prover = createProver({
    machine: stored.machine ?? '',
    secrets,
    host: quickRoute.url.host,
    isByNonce: () => sight().told.isByNonce === true,
  })
  const run = randomBytes(RUN_BYTES).toString('hex')
  /** What tells this computer and this run from others with the same key. */
  function identityFacts(): Pick<Hello, 'key' | 'marks' | 'run'> {
    const key = prover.claim()
    const marks = marksOf(options)
    const number = sight().told.runs
    return { ...(key && { key }), ...(marks && { marks }), run: { id: run, ...(number !== undefined && { number }) } }
  }
  /** The next start of this computer takes the way that is open at once. */
  function rememberWay(): void {
    const isByNonce = prover.by === 'nonce'
    if (routine) routine.provenByNonce(isByNonce)
    else sight().told = { ...sight().told, isByNonce }
  }
  const uplink = startUplink({
    clock,
    log,
    backoff: createBackoff(options.random),
    dial: connect,
    host: quickRoute.url.host,
    prover,
    hello: (): Hello => ({
      type: 'hello',
      // a collector of protocol 1, which knows no keys, must understand a machine that has a secret
      protocol: prover.by === 'secret' ? 1 : PROTOCOL,
      machine: stored.machine ?? '',
      sentAt: clock.now(),
      agent: { version: options.version, platform: `${process.platform}-${process.arch}` },
      computerName: sight().computerName,
      ...(stored.site !== undefined && { site: stored.site }),
      ...(stored.tags && stored.tags.length > 0 && { tags: stored.tags }),
      boot: byTheClock(routine?.boot() ?? sight().boot, options.clockShift?.() ?? 0),
      spooled: spool?.count() ?? 0,
      ...identityFacts(),
    }),
    vitals: () => routine?.vitals(),
    firstEvents: () => sight().events,
    on: {
      connected() {
        rememberWay()
        settle?.()
      },
      keyTaken(key) {
        const { machineSecret, ...mine } = secrets()
        if (machineSecret === undefined || mine.key === undefined || publicKeyOf(mine.key) !== key) return
        identity.keep(mine)
        log.info({}, 'the collector knows this machine by its key from now on')
      },
      copied: (token) => options.copied?.(token),
      welcome: (welcome) => {
        log.info({ heartbeatSeconds: welcome.heartbeatSeconds, probes: welcome.probes.length }, 'welcomed')
        void ready.then((running) => running.welcomed(welcome))
      },
      lost: (end) => {
        settle?.()
        routine?.lost(end)
      },
    },
  })
  // on a slow network the evidence is read while the name is looked up
  clock.after(SLOW_NETWORK_MS, sight)
  clock.after(FIRST_SECOND_MS, () => settle?.())

  const ready = firstSecond.then(async () => {
    const running = await options.loadRoutine(uplink, sight())
    spool = running.spool
    routine = running
    makeKey(identity, log)
    if (uplink.isConnected()) rememberWay()
    return running
  })
  ready.catch((error: unknown) => {
    log.error({ reason: String(error) }, 'the agent cannot go on')
    throw error
  })

  return {
    goodbye: (reason) => uplink.goodbye(reason, GOODBYE_MS),
    resumed: () => uplink.resumed(),
    close: () => routine?.close(),
  }
}

/** A machine that was enrolled by a secret gets a key, which it tells with its next hello. */
function makeKey({ secrets, keep }: Identity, log: Log): void {
  const { key, machineSecret } = secrets()
  if (key !== undefined || machineSecret === undefined) return
  try {
    keep({ ...secrets(), key: newKey() })
  } catch (error) {
    log.warn({ reason: String(error) }, 'this machine’s key cannot be kept yet')
  }
}

/** Nothing that a computer cannot tell of itself may keep a crash from being told. */
function marksOf({ marks, log }: Pick<AgentOptions, 'marks' | 'log'>): ComputerMarks | undefined {
  try {
    return marks?.()
  } catch (error) {
    log.warn({ reason: String(error) }, 'what tells this computer from others cannot be read')
    return undefined
  }
}

/** Enough that no two runs of one machine have the same. */
const RUN_BYTES = 8
/** Clocks are set by less than this all the time. */
const CLOCK_SET_MS = 60_000

/** A boot's start by the clock of the frame that tells of it: the collector corrects both alike. */
function byTheClock(boot: Hello['boot'], shift: number): Hello['boot'] {
  return Math.abs(shift) < CLOCK_SET_MS ? boot : { ...boot, startedAt: boot.startedAt + shift }
}
