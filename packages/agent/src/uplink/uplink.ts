import type { Socket } from 'node:net'
import type { Clock } from '@pumphandle/shared/clock'
import type { AgentEvent, GoodbyeReason, Hello, Vitals, Welcome } from '@pumphandle/shared/wire'
import { DEFAULT_HEARTBEAT_SECONDS } from '@pumphandle/shared/wire/limits'
import type { Log } from '../log/log.ts'
import type { Spool } from '../spool/spool.ts'
import type { Backoff } from './backoff.ts'
import { type Channel, type ChannelEnd, openChannel } from './channel.ts'
import { Connection, type Session } from './connection.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { createPace, type Pace } from './pace.ts'
import type { Prover } from './prover.ts'
import { createTimers, type Timers } from './timers.ts'
import type { Claim } from './upgrade.ts'

export interface UplinkOptions {
  clock: Clock
  log: Log
  backoff: Backoff
  /** Opens an encrypted, verified socket to the collector. */
  dial: () => Promise<Socket>
  /** `host:port` for the request. */
  host: string
  prover: Prover
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
  /** The collector has taken this machine's key: its secret is worth nothing any more. */
  keyTaken?: (key: string) => void
  /** Another computer has this machine's key, and had it first. @param token to enrol anew by, where the collector gave one */
  copied?: (token: string | undefined) => void
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
/** How often the machine's vitals are sent: with each heartbeat they would be a third of a day's bytes. */
const VITALS_MS = 60_000

/** Begins connecting before it returns. */
export function startUplink(options: UplinkOptions): Uplink {
  const { clock, log, on } = options
  let outbox: Outbox | undefined
  let spool: Spool | undefined
  let heartbeatMs = DEFAULT_HEARTBEAT_SECONDS * 1000
  /** Sets the next heartbeat by the time between two that holds now. */
  let rearm: () => void = () => undefined

  /** Says hello, and keeps the heart beating until it is over. */
  function opened(channel: Channel): Session {
    const timers = createTimers<'heartbeat' | 'pump'>(clock)
    const pace = createPace(clock)
    const box = createOutbox((frame) => channel.send(frame), clock, pace)
    outbox = box
    pump = () => {
      const waitMs = spool ? box.pump(spool) : 0
      if (waitMs > 0) timers.set('pump', waitMs, pump)
    }
    const sayHello = (): void => {
      channel.send(JSON.stringify(options.hello()))
      if (!spool) box.urgent(options.firstEvents())
      pump()
    }
    channel.together(sayHello, () => on.connected())
    const heart = keepBeating(channel, timers, pace)
    return {
      alive: heart.alive,
      frame: (text) => void received(text, box),
      over() {
        timers.cancelAll()
        outbox = undefined
        pump = rearm = () => undefined
      },
    }
  }

  /** A ping goes with each heartbeat, and its answer must come before the next: silence is noticed within two. */
  function keepBeating(channel: Channel, timers: Timers<'heartbeat'>, pace: Pace): { alive: () => void } {
    let isHeard = true
    let last = clock.now()
    let vitalsAt = Number.NEGATIVE_INFINITY
    const listen = (): void => {
      isHeard = false
      channel.ping()
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
      if (!isHeard || now - last > heartbeatMs * SLEPT_FACTOR) return channel.abandon()
      last = now
      channel.together(() => {
        if (pace.take()) channel.send(heartbeat(now))
        listen()
      })
    }
    listen()
    return { alive: () => (isHeard = true) }
  }

  async function received(text: string, box: Outbox): Promise<void> {
    const { readCollectorFrame, withinBounds } = await import('./collector-frame.ts')
    const frame = readCollectorFrame(text)
    if (frame === undefined) return log.warn({ bytes: text.length }, 'the collector sent something that is no frame')
    if (frame.type === 'ack') {
      box.acknowledged(frame.batch)
      if (frame.overBudget !== undefined)
        log.warn({ events: frame.overBudget }, 'over this machine’s budget of a day; the collector left them out')
      if (box === outbox) pump()
    } else if (frame.type === 'welcome') {
      const bounded = withinBounds(frame)
      const isOther = heartbeatMs !== bounded.heartbeatSeconds * 1000
      heartbeatMs = bounded.heartbeatSeconds * 1000
      if (box === outbox && isOther) rearm()
      on.welcome(bounded)
    } else if (frame.type === 'key-taken') on.keyTaken?.(frame.key)
    else {
      if (frame.retryAfterSeconds !== undefined) connection.askedToWait(frame.retryAfterSeconds * 1000)
      log.warn({ code: frame.code }, `the collector refused: ${frame.message}`)
      if (frame.code === 'copied') on.copied?.(frame.token)
    }
  }

  /** Sends what waits, while there is a connection. */
  let pump: () => void = () => undefined
  const claim = (authorization: string): Claim => ({
    authorization,
    tellsCrash: spool ? spool.hasCrash() : options.firstEvents().some(({ type }) => type === 'crash'),
  })
  const connection = new Connection({
    clock,
    log,
    backoff: options.backoff,
    dial: async () => {
      const socket = await options.dial()
      const authorization = await options.prover.authorization(socket).catch((error: unknown) => {
        socket.destroy()
        throw error
      })
      return {
        upgrade: (events) =>
          openChannel(socket, options.host, claim(authorization), {
            ...events,
            onOpen() {
              options.prover.accepted()
              events.onOpen()
            },
            onEnd: (end) =>
              events.onEnd(end.isUnproven && options.prover.refused() ? { ...end, isTriedAnew: true } : end),
          }),
        drop: () => void socket.destroy(),
      }
    },
    opened,
    lost: on.lost,
  })
  return {
    attach(given) {
      spool = given
      pump()
    },
    report(events, memory) {
      // nothing to say, as at most looks: the disk's transaction is spared
      if (spool === undefined || (events.length === 0 && memory === undefined)) return 0
      outbox?.urgent(spool.fresh(events))
      const news = spool.offer(events, memory)
      pump()
      return news.length
    },
    goodbye(reason, timeoutMs) {
      const farewell = (): string => JSON.stringify({ type: 'goodbye', sentAt: clock.now(), reason })
      return connection.goodbye(farewell, { timeoutMs, isSleep: reason === 'sleep' })
    },
    resumed: () => connection.resumed(),
    isConnected: () => connection.state === 'open',
  }
}
