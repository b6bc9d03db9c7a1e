import type { Clock } from '@pumphandle/shared/clock'
import type { Log } from '../log/log.ts'
import type { Backoff } from './backoff.ts'
import type { Channel, ChannelEnd, ChannelEvents } from './channel.ts'

/**
 * What the agent's one connection is doing:
 *
 * - `dialing`: a socket is being made: name, proxy, TLS
 * - `upgrading`: it was asked to become a WebSocket
 * - `open`: hello has left, events go as they happen
 * - `waiting`: it was lost, or never came about; the next attempt has its time
 * - `silent`: goodbye was said, and nobody dials
 */
export type ConnectionState = 'dialing' | 'upgrading' | 'open' | 'waiting' | 'silent'

/** `due`: the wait is over. */
type ConnectionEvent = 'dialed' | 'upgraded' | 'lost' | 'due' | 'goodbye' | 'resumed'

/** Every step there is; what is not here does not happen in that state. docs/agent.md has the same table. */
export const STEPS: Readonly<Record<ConnectionState, Partial<Record<ConnectionEvent, ConnectionState>>>> = {
  dialing: { dialed: 'upgrading', lost: 'waiting', goodbye: 'silent', resumed: 'dialing' },
  upgrading: { upgraded: 'open', lost: 'waiting', goodbye: 'silent', resumed: 'dialing' },
  open: { lost: 'waiting', goodbye: 'silent', resumed: 'dialing' },
  waiting: { due: 'dialing', goodbye: 'silent', resumed: 'dialing' },
  // due: Windows may call a sleep off without a word
  silent: { due: 'dialing', resumed: 'dialing', goodbye: 'silent' },
}

/** A connection that held this long was a good one: the next failure waits as the first. */
const STABLE_MS = 60_000
/** So long after a goodbye for sleep the computer is taken to be awake after all. */
const SLEEP_CALLED_OFF_MS = 60_000

/** An encrypted, verified way to the collector that is no WebSocket yet. */
export interface Line {
  upgrade(on: ChannelEvents): Channel
  drop(): void
}

/** What goes on while the connection is open; made when it opens. */
export interface Session {
  alive(): void
  frame(text: string): void
  /** It is over, by whichever end. */
  over(): void
}

export interface ConnectionParts {
  clock: Pick<Clock, 'after'>
  log: Log
  backoff: Backoff
  dial: () => Promise<Line>
  opened: (channel: Channel) => Session
  lost: (end: ChannelEnd) => void
}

/** Keeps one connection to the collector up, whatever becomes of it. */
export class Connection {
  readonly #parts: ConnectionParts
  #state: ConnectionState = 'dialing'
  /** Rises with each attempt: what an earlier one still has to say is no news. */
  #attempt = 0
  #channel: Channel | undefined
  #session: Session | undefined
  /** The one timer that the present state has. */
  #cancel: () => void = () => undefined
  #retryAfterMs: number | undefined

  /** Begins to dial before it returns. */
  constructor(parts: ConnectionParts) {
    this.#parts = parts
    void this.#dial()
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** How long the collector asked that the next attempt wait. */
  askedToWait(ms: number): void {
    this.#retryAfterMs = ms
  }

  /** Says `farewell`, and nothing more until `resumed`. Resolves when it has left, or `timeoutMs` have passed. */
  goodbye(farewell: () => string, { timeoutMs, isSleep }: { timeoutMs: number; isSleep: boolean }): Promise<void> {
    const channel = this.#channel
    const isOpen = this.#state === 'open'
    this.#leave()
    this.#step('goodbye')
    if (isSleep) this.#after(SLEEP_CALLED_OFF_MS, () => this.#again('due'))
    if (!isOpen || channel === undefined) {
      channel?.abandon()
      return Promise.resolve()
    }
    // kept, so that a resume does not leave two
    this.#channel = channel
    return new Promise((resolve) => {
      const cancel = this.#parts.clock.after(timeoutMs, resolve)
      channel.send(farewell(), () => {
        channel.close()
        cancel()
        resolve()
      })
    })
  }

  /** The computer woke up: what connection there was is not trusted any more. */
  resumed(): void {
    this.#again('resumed')
  }

  #again(event: 'due' | 'resumed'): void {
    this.#parts.backoff.reset()
    this.#channel?.abandon()
    this.#leave()
    this.#step(event)
    void this.#dial()
  }

  async #dial(): Promise<void> {
    const mine = ++this.#attempt
    const isNews = (): boolean => mine === this.#attempt
    try {
      const line = await this.#parts.dial()
      if (!isNews()) return line.drop()
      this.#step('dialed')
      const channel: Channel = line.upgrade({
        onOpen: () => isNews() && this.#opened(channel),
        onAlive: () => isNews() && this.#session?.alive(),
        onFrame: (text) => isNews() && this.#session?.frame(text),
        onEnd: (end) => isNews() && this.#lost(end),
      })
      this.#channel = channel
    } catch (error) {
      if (isNews()) this.#lost({ reason: reasonOf(error), reached: false, ...(isOfTls(error) && { isCostly: true }) })
    }
  }

  #opened(channel: Channel): void {
    this.#step('upgraded')
    this.#after(STABLE_MS, () => this.#parts.backoff.reset())
    this.#session = this.#parts.opened(channel)
  }

  #lost(end: ChannelEnd): void {
    const { backoff, log, lost } = this.#parts
    const told = this.#retryAfterMs === undefined ? end : { ...end, retryAfterMs: this.#retryAfterMs }
    this.#retryAfterMs = undefined
    this.#leave()
    this.#step('lost')
    lost(told)
    const waitMs = told.isTriedAnew ? 0 : backoff.next(told)
    log.info({ reason: told.reason, waitMs: Math.round(waitMs) }, 'not connected; trying again')
    this.#after(waitMs, () => {
      this.#step('due')
      void this.#dial()
    })
  }

  /** Whatever this attempt was, it is over. */
  #leave(): void {
    this.#attempt++
    this.#session?.over()
    this.#session = undefined
    this.#channel = undefined
  }

  #step(event: ConnectionEvent): void {
    const next = STEPS[this.#state][event]
    if (next === undefined) throw new Error(`A connection that is ${this.#state} cannot be ${event}.`)
    this.#cancel()
    this.#cancel = () => undefined
    this.#state = next
  }

  #after(ms: number, run: () => void): void {
    this.#cancel = this.#parts.clock.after(ms, run)
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Whether it is TLS's own word, of a certificate or a protocol, and not the network's, which names what it was asked to do. */
function isOfTls(error: unknown): boolean {
  if (!(error instanceof Error) || 'syscall' in error) return false
  const { code } = error as { code?: unknown }
  // the network's have none: ECONNRESET
  return typeof code === 'string' && code.includes('_')
}
