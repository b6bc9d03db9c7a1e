import type { Clock } from '@pumphandle/shared'
import { Backoff } from '@pumphandle/shared/flow'
import {
  AGENT_SOCKET_PATH,
  type AgentEvent,
  type AgentFrame,
  CollectorFrame,
  type Hello,
  MAX_UNACKED_FRAMES,
  SUBPROTOCOL,
} from '@pumphandle/shared/wire'
import { WebSocket } from 'ws'
import type { Credential } from './credentials.ts'

/** Events of one frame: well under the wire's limit, and a full look at a machine fits. */
const EVENTS_PER_FRAME = 100
/** Events that wait for a connection, as an agent's spool would hold them; older ones go first. */
const MAX_WAITING = 500
const RETRY = { firstMs: 1_000, mostMs: 60_000 } as const
const HANDSHAKE_TIMEOUT_MS = 20_000
const UNAUTHORISED = 4401

export interface AgentLineOptions {
  /** http or https address of the collector, without a slash at the end. */
  readonly collector: string
  readonly credential: () => Credential
  readonly clock: Clock
  /** Number in [0, 1) that spreads retries. */
  readonly random: () => number
  /** What the machine's own clock says, ms epoch. */
  readonly now: () => number
  /** Makes the hello of the moment. */
  readonly hello: (spooled: number) => Hello
  /** The collector does not know this machine (any more). */
  readonly onUnauthorised: () => void
}

/** One simulated agent's connection: hello, events until they are acknowledged, heartbeats, goodbye, silence. */
export class AgentLine {
  readonly #options: AgentLineOptions
  #socket: WebSocket | null = null
  /** The machine wants to talk: a connection that breaks is opened again. */
  #wanted = false
  #silent = false
  #waiting: AgentEvent[] = []
  readonly #unacked = new Map<number, AgentEvent[]>()
  #batch = 0
  readonly #backoff: Backoff
  #cancelRetry = () => {}

  constructor(options: AgentLineOptions) {
    this.#options = options
    this.#backoff = new Backoff({ ...RETRY, random: options.random })
  }

  get isOpen(): boolean {
    return !this.#silent && this.#socket?.readyState === WebSocket.OPEN
  }

  /** Opens a connection, in place of one that is there. */
  open(): void {
    this.#wanted = true
    this.#silent = false
    this.#backoff.reset()
    this.#connect()
  }

  /** Sends events now or as soon as there is a connection; keeps them until they are acknowledged. */
  say(events: readonly AgentEvent[]): void {
    this.#waiting.push(...events)
    if (this.#waiting.length > MAX_WAITING) this.#waiting.splice(0, this.#waiting.length - MAX_WAITING)
    this.#flush()
  }

  send(frame: AgentFrame): void {
    if (this.isOpen) this.#socket!.send(JSON.stringify(frame))
  }

  /** Says goodbye and closes. */
  leave(frame: AgentFrame): void {
    this.send(frame)
    this.#wanted = false
    this.#cancelRetry()
    this.#socket?.close(1000)
  }

  /**
   * The machine died or lost its network: nothing more is sent, and nothing tells the other end. The socket stays, since
   * closing it would say what a dead machine cannot.
   */
  fallSilent(): void {
    this.#wanted = false
    this.#silent = true
    this.#cancelRetry()
    this.#socket?.pause()
  }

  /** Ends at once. */
  destroy(): void {
    this.#wanted = false
    this.#cancelRetry()
    this.#socket?.terminate()
  }

  #connect(): void {
    this.#cancelRetry()
    this.#socket?.terminate()
    const { collector, credential } = this.#options
    const { machine, secret } = credential()
    const socket = new WebSocket(`${collector.replace(/^http/, 'ws')}${AGENT_SOCKET_PATH}`, SUBPROTOCOL, {
      headers: { authorization: `Bearer ${machine}.${secret}` },
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      perMessageDeflate: false,
    })
    this.#socket = socket
    let retryAfterMs: number | null = null
    socket.on('open', () => this.#opened(socket))
    socket.on('message', (data) => {
      retryAfterMs = this.#received(socket, String(data as Buffer)) ?? retryAfterMs
    })
    socket.on('unexpected-response', (_, response) => {
      retryAfterMs = 1000 * Number(response.headers['retry-after']) || null
      response.resume()
      if (response.statusCode === 401 && this.#socket === socket) this.#options.onUnauthorised()
      socket.terminate()
    })
    socket.on('error', () => undefined) // 'close' follows
    socket.on('close', (code) => {
      if (this.#socket !== socket) return
      if (code === UNAUTHORISED) this.#options.onUnauthorised()
      this.#requeue()
      if (this.#wanted) this.#retry(retryAfterMs)
    })
  }

  #opened(socket: WebSocket): void {
    if (this.#socket !== socket || !this.#wanted) return
    this.#batch = 0
    this.#requeue()
    this.send(this.#options.hello(this.#waiting.length))
    this.#flush()
  }

  /** @returns milliseconds that the collector asks to stay away, or null */
  #received(socket: WebSocket, text: string): number | null {
    if (this.#socket !== socket) return null
    const frame = CollectorFrame.safeParse(JSON.parse(text))
    if (!frame.success) return null
    if (frame.data.type === 'welcome') this.#backoff.reset()
    if (frame.data.type === 'ack') {
      this.#unacked.delete(frame.data.batch)
      this.#flush()
    }
    return frame.data.type === 'refuse' ? 1000 * (frame.data.retryAfterSeconds ?? 0) || null : null
  }

  #flush(): void {
    while (this.isOpen && this.#waiting.length > 0 && this.#unacked.size < MAX_UNACKED_FRAMES) {
      const events = this.#waiting.splice(0, EVENTS_PER_FRAME)
      this.#unacked.set(++this.#batch, events)
      this.send({ type: 'events', batch: this.#batch, sentAt: this.#options.now(), events })
    }
  }

  /** What was sent and not acknowledged goes to the front of what waits. */
  #requeue(): void {
    this.#waiting.unshift(...[...this.#unacked.values()].flat())
    this.#unacked.clear()
  }

  #retry(retryAfterMs: number | null): void {
    // on top of what the collector asks for
    const wait = (retryAfterMs ?? 0) + this.#backoff.next()
    this.#cancelRetry = this.#options.clock.after(wait, () => this.#connect())
  }
}
