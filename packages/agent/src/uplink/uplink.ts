import type { Socket } from 'node:net'
import type { Clock } from '@pumphandle/shared/clock'
import type { AgentEvent, GoodbyeReason, Hello, Vitals, Welcome } from '@pumphandle/shared/wire'
import { DEFAULT_HEARTBEAT_SECONDS } from '@pumphandle/shared/wire/limits'
import type { Log } from '../log/log.ts'
import type { Spool } from '../spool/spool.ts'
import type { Backoff } from './backoff.ts'
import { type Channel, type ChannelEnd, openChannel } from './channel.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { createPace, type Pace } from './pace.ts'
import { createTimers } from './timers.ts'

export interface UplinkOptions {
  clock: Clock
  log: Log
  backoff: Backoff
  /** Opens an encrypted, verified socket to the collector. */
  dial: () => Promise<Socket>
  /** `host:port` for the request. */
  host: string
  /** The Authorization header; asked for when the socket is there. */
  authorization: () => string
  hello: () => Hello
  /** Goes with a heartbeat once a minute, once something can read it. */
  vitals: () => Vitals | undefined
  /** Sent right after hello while there is no spool yet: the evidence of the boot and of a crash. */
  firstEvents: () => readonly AgentEvent[]
  on: UplinkEvents
}

interface UplinkEvents {
  /** Hello and the first events have left; nothing slow may happen before this. */
  connected: () => void
  welcome: (welcome: Pick<Welcome, 'heartbeatSeconds' | 'probes'>) => void
  lost: (end: ChannelEnd) => void
}

/** The agent's one connection, kept up. */
export interface Uplink {
  /** Gives the uplink its spool: from now on everything that waits there is sent. */
  attach(spool: Spool): void
  /**
   * Sends events the moment they happen and has them kept; without a connection they are only kept.
   *
   * @returns how many of them were news
   */
  report(events: readonly AgentEvent[], memory?: Readonly<Record<string, unknown>>): number
  /** Says goodbye; resolves when the frame has left or `timeoutMs` has passed. After `sleep` it waits for `resumed`. */
  goodbye(reason: GoodbyeReason, timeoutMs: number): Promise<void>
  /** The computer woke up: what connection there was is not trusted any more. */
  resumed(): void
  isConnected(): boolean
}

/** Time between two heartbeats by this factor more than it should be: the computer slept, and said nothing. */
const SLEPT_FACTOR = 3
/** A connection that held this long was a good one: the next failure waits as the first. */
const STABLE_MS = 60_000
/** How the computer does is told so often: with each heartbeat it would be a third of a day's bytes. */
const VITALS_MS = 60_000
/** Windows may call a sleep off without a word: then the agent comes back by itself. */
const SLEEP_CALLED_OFF_MS = 60_000

/** Begins connecting before it returns. */
export function startUplink(options: UplinkOptions): Uplink {
  const { clock, log, backoff, on } = options
  const timers = createTimers<'heartbeat' | 'pump' | 'retry' | 'stable' | 'sleep'>(clock)
  let channel: Channel | undefined
  let outbox: Outbox | undefined
  let spool: Spool | undefined
  let heartbeatMs = DEFAULT_HEARTBEAT_SECONDS * 1000
  let retryAfterMs: number | undefined
  let isPaused = false
  let isDialing = false
  /** Sets the next heartbeat by the time between two that holds now. */
  let rearm: (() => void) | undefined

  async function connect(): Promise<void> {
    if (isPaused || isDialing || channel) return
    isDialing = true
    try {
      const socket = await options.dial()
      if (isPaused) return void socket.destroy()
      const life = { isHeard: true }
      const mine: Channel = openChannel(socket, options.host, options.authorization(), {
        onOpen: () => opened(mine, life),
        onAlive: () => (life.isHeard = true),
        onFrame: (text) => void received(text),
        onEnd: (end) => ended(mine, end),
      })
      channel = mine
    } catch (error) {
      retry({ reason: error instanceof Error ? error.message : String(error), reached: false })
    } finally {
      isDialing = false
    }
  }

  function opened(current: Channel, life: { isHeard: boolean }): void {
    const pace = createPace(clock)
    outbox = createOutbox((frame) => current.send(frame), clock, pace)
    const box = outbox
    const sayHello = (): void => {
      current.send(JSON.stringify(options.hello()))
      if (!spool) box.urgent(options.firstEvents())
      pump()
    }
    current.together(sayHello, () => on.connected())
    timers.set('stable', STABLE_MS, () => backoff.reset())
    keepBeating(current, life, pace)
  }

  /** A ping goes with each heartbeat, and its answer must come before the next: silence is noticed within two. */
  function keepBeating(current: Channel, life: { isHeard: boolean }, pace: Pace): void {
    let last = clock.now()
    let vitalsAt = Number.NEGATIVE_INFINITY
    const listen = (): void => {
      life.isHeard = false
      current.ping()
      timers.set('heartbeat', heartbeatMs, beat)
    }
    // the first one too is due when the collector wants it, which welcome tells after it was set
    rearm = () => timers.set('heartbeat', Math.min(heartbeatMs, Math.max(0, last + heartbeatMs - clock.now())), beat)
    const heartbeat = (now: number): string => {
      const isDue = now - vitalsAt >= VITALS_MS || now < vitalsAt
      if (isDue) vitalsAt = now
      return JSON.stringify({ type: 'heartbeat', sentAt: now, ...(isDue && { vitals: options.vitals() }) })
    }
    const beat = (): void => {
      const now = clock.now()
      if (!life.isHeard || now - last > heartbeatMs * SLEPT_FACTOR) return current.abandon()
      last = now
      current.together(
        () => {
          if (pace.take()) current.send(heartbeat(now))
          listen()
        },
        () => undefined,
      )
    }
    listen()
  }

  async function received(text: string): Promise<void> {
    const { readCollectorFrame, withinBounds } = await import('./collector-frame.ts')
    const frame = readCollectorFrame(text)
    if (frame === undefined) return log.warn({ bytes: text.length }, 'the collector sent something that is no frame')
    if (frame.type === 'ack') {
      outbox?.acknowledged(frame.batch)
      if (frame.overBudget !== undefined)
        log.warn({ events: frame.overBudget }, 'over this machine’s budget of a day; the collector left them out')
      pump()
    } else if (frame.type === 'welcome') {
      const bounded = withinBounds(frame)
      const isOther = heartbeatMs !== bounded.heartbeatSeconds * 1000
      heartbeatMs = bounded.heartbeatSeconds * 1000
      if (channel && isOther) rearm?.()
      on.welcome(bounded)
    } else {
      if (frame.retryAfterSeconds !== undefined) retryAfterMs = frame.retryAfterSeconds * 1000
      log.warn({ code: frame.code }, `the collector refused: ${frame.message}`)
    }
  }

  function ended(which: Channel, end: ChannelEnd): void {
    if (which !== channel) return
    channel = undefined
    outbox = undefined
    timers.cancelAll()
    retry(retryAfterMs === undefined ? end : { ...end, retryAfterMs })
    retryAfterMs = undefined
  }

  function retry(end: ChannelEnd): void {
    if (isPaused) return
    on.lost(end)
    const waitMs = backoff.next(end)
    log.info({ reason: end.reason, waitMs: Math.round(waitMs) }, 'not connected; trying again')
    timers.set('retry', waitMs, () => void connect())
  }

  function pump(): void {
    if (!spool || !outbox) return
    const waitMs = outbox.pump(spool)
    if (waitMs > 0) timers.set('pump', waitMs, pump)
  }

  function resumed(): void {
    isPaused = false
    backoff.reset()
    timers.cancelAll()
    channel?.abandon()
    channel = undefined
    outbox = undefined
    void connect()
  }

  void connect()
  return {
    attach(given) {
      spool = given
      pump()
    },
    report(events, memory) {
      if (spool === undefined) return 0
      outbox?.urgent(spool.fresh(events))
      const news = spool.offer(events, memory)
      pump()
      return news.length
    },
    goodbye(reason, timeoutMs) {
      const current = channel
      isPaused = true
      timers.cancelAll()
      if (reason === 'sleep') timers.set('sleep', SLEEP_CALLED_OFF_MS, resumed)
      if (current === undefined || outbox === undefined) return Promise.resolve()
      return new Promise((resolve) => {
        const cancel = clock.after(timeoutMs, resolve)
        current.send(JSON.stringify({ type: 'goodbye', sentAt: clock.now(), reason }), () => {
          current.close()
          cancel()
          resolve()
        })
      })
    },
    resumed,
    isConnected: () => outbox !== undefined,
  }
}
