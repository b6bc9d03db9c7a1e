import type { Duplex } from 'node:stream'
import type { Clock } from '@pumphandle/shared/clock'
import { AgentFrame, CLOSE, type CollectorFrame, type Refuse } from '@pumphandle/shared/wire'
import type { WebSocket } from 'ws'
import * as core from 'zod/v4/core'
import type { Link } from '../ingest/link.ts'
import { isNestedTooDeep } from '../model/nesting.ts'
import { compiled } from './compiled-schema.ts'
import type { AgentSession, Core, Introduced } from './core.ts'
import { HELLO_WITHIN_MS, MAX_BUFFERED_BYTES } from './limits.ts'

/** The wire's schema. */
const Frame = compiled(AgentFrame)
/** Which close code follows which refusal. */
const CLOSE_OF: Record<Refuse['code'], keyof typeof CLOSE> = {
  'bad-frame': 'badFrame',
  unauthorised: 'unauthorised',
  replaced: 'replaced',
  copied: 'copied',
  protocol: 'protocol',
  'too-fast': 'tooFast',
  overloaded: 'overloaded',
  restarting: 'restarting',
}
/** Milliseconds that the other end has to answer a close. */
const CLOSE_WITHIN_MS = 5_000

export interface ConnectionOptions {
  readonly socket: WebSocket
  /** What it writes to. */
  readonly stream: Duplex
  /** The machine that the upgrade proved. */
  readonly who: Introduced
  readonly core: Core
  readonly clock: Clock
  /** Told once: the hello was taken, or the socket went before it. */
  readonly onSettled: () => void
}

/** One agent's WebSocket: frames in, validated; frames out, bounded. */
export class Connection implements Link {
  readonly #options: ConnectionOptions
  readonly #cancelHello: () => void
  #session: AgentSession | undefined
  #settled = false
  #closing = false

  constructor(options: ConnectionOptions) {
    this.#options = options
    const { socket, clock } = options
    socket.on('message', (data, isBinary) => this.#message(data as Buffer, isBinary))
    socket.on('error', () => undefined) // a broken frame or socket; 'close' follows
    socket.on('close', () => this.#closed())
    this.#cancelHello = clock.after(HELLO_WITHIN_MS, () =>
      this.refuse('bad-frame', `Send a hello within ${HELLO_WITHIN_MS / 1000} s of connecting.`),
    )
  }

  /** It was told to go, or has gone. */
  get isClosing(): boolean {
    return this.#closing
  }

  send(frame: CollectorFrame): void {
    const { socket } = this.#options
    if (this.#closing || socket.readyState !== socket.OPEN) return
    // an agent that sends and never reads
    if (socket.bufferedAmount > MAX_BUFFERED_BYTES) return socket.terminate()
    this.#gather()
    socket.send(JSON.stringify(frame))
  }

  refuse(code: Refuse['code'], message: string, retryAfterSeconds?: number, token?: string): void {
    if (this.#closing) return
    this.send({
      type: 'refuse',
      code,
      message,
      ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      ...(token === undefined ? {} : { token }),
    })
    this.#closing = true
    const { socket, clock } = this.#options
    socket.resume()
    socket.close(CLOSE[CLOSE_OF[code]].code, code)
    const cancel = clock.after(CLOSE_WITHIN_MS, () => socket.terminate())
    socket.once('close', cancel)
  }

  /** Acks of one commit leave in one write: a write costs more than all else that an ack does. */
  #gather(): void {
    const { stream } = this.#options
    if (stream.writableCorked > 0) return
    stream.cork()
    process.nextTick(() => stream.uncork())
  }

  pause(): void {
    this.#options.socket.pause()
  }
  resume(): void {
    this.#options.socket.resume()
  }

  #message(data: Buffer, isBinary: boolean): void {
    if (this.#closing) return
    if (isBinary) return this.refuse('bad-frame', 'Frames are JSON text, not binary.')
    const parsed = parse(data)
    if (typeof parsed === 'string') return this.refuse('bad-frame', parsed)
    if (this.#session) return this.#session.receive(parsed)
    // its hello was refused, and it is told in a moment
    if (this.#settled) return
    if (parsed.type !== 'hello') return this.refuse('bad-frame', 'The first frame is a hello.')
    this.#session = this.#options.core.connect(this.#options.who, parsed, this)
    this.#settle()
  }

  #closed(): void {
    this.#closing = true
    this.#session?.lost()
    this.#settle()
  }

  #settle(): void {
    if (this.#settled) return
    this.#settled = true
    this.#cancelHello()
    this.#options.onSettled()
  }
}

/** The frame, or a sentence that says what is wrong with it, without its content. */
function parse(data: Buffer): AgentFrame | string {
  let json: unknown
  if (isNestedTooDeep(data)) return 'The frame is nested deeper than any frame is.'
  try {
    json = JSON.parse(data.toString('utf8'))
  } catch {
    return 'The frame is not JSON.'
  }
  const result = core.safeParse(Frame, json)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  return `The frame fails its schema at "${issue?.path.join('.').slice(0, 200) ?? ''}": ${issue?.code ?? 'invalid'}.`
}
