import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '@pumphandle/shared/clock'
import { ipKeyGenerator } from 'express-rate-limit'
import { PROMPT_MS, READS_WITHIN_MS, SILENT_WITHIN_MS } from './limits.ts'
import { openFilesLimit, socketShares } from './open-files.ts'

/**
 * How far somebody has come. `silent`: no handshake of TLS is over, and nothing was asked; `secured`: its handshake is paid for;
 * `asked`: for a page or a file; `proving`: it shows a machine's proof, which is looked at.
 */
type Stage = 'silent' | 'secured' | 'asked' | 'proving'

interface Stranger {
  readonly socket: Socket
  readonly address: string
  stage: Stage
  /** When it came so far, ms. */
  since: number
  /** What it asked last, and what it is answered with. */
  asked?: { readonly request: IncomingMessage; readonly response: ServerResponse }
}

/**
 * Sockets that have proved nothing: those in their handshake, those that say nothing, pages between two requests. They are
 * bounded, so that none takes a file that a machine needs. Beyond the bound the one ends that is least likely to be honest: of
 * those that are late with what a machine or a browser does at once, or that do not read what they asked for or send it to its end, and of all where
 * nobody is late, the oldest of the largest crowd, which is of one address at one stage. So a flood pushes out its own, and
 * neither whose handshake is paid for nor who comes in. A live stream is left alone: nobody has one without having signed in.
 */
export class Strangers {
  readonly #most: number
  readonly #clock: Pick<Clock, 'now'>
  readonly #sockets = new Map<string, Stranger>()

  constructor(most: number, clock: Pick<Clock, 'now'>) {
    this.#most = most
    this.#clock = clock
  }

  /** Sockets that prove nothing now, and those of pages. */
  get count(): number {
    return this.#sockets.size
  }

  /** Looks after a server's sockets from their first packet on. */
  watch(server: Server): void {
    // of TLS this is the socket beneath, before a byte of the handshake
    server.prependListener('connection', (socket: Socket) => this.#take(socket))
    server.prependListener('secureConnection', (socket: Socket) => this.#came(socket, 'secured'))
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      const stranger = this.#came(request.socket, 'asked')
      if (stranger) stranger.asked = { request, response }
    })
    server.prependListener('upgrade', (_request: IncomingMessage, socket: Socket) => this.#came(socket, 'proving'))
    // who reads nothing of an answer; ws takes the limit off its own sockets
    server.setTimeout(SILENT_WITHIN_MS)
  }

  /** Who is behind this socket is known: it counts no more. */
  known(socket: Duplex): void {
    this.#sockets.delete(nameOf(socket as Socket))
  }

  #take(socket: Socket): void {
    const name = nameOf(socket)
    const since = this.#clock.now()
    // of IPv6 the part that one customer has: with addresses without number each socket would be a crowd of its own
    const address = ipKeyGenerator(socket.remoteAddress ?? '')
    this.#sockets.set(name, { socket, address, stage: 'silent', since })
    socket.once('close', () => {
      if (this.#sockets.get(name)?.socket === socket) this.#sockets.delete(name)
    })
    if (this.#sockets.size > this.#most) this.#endOne()
  }

  #came(socket: Socket, stage: Stage): Stranger | undefined {
    const stranger = this.#sockets.get(nameOf(socket))
    if (stranger) {
      stranger.stage = stage
      stranger.since = this.#clock.now()
    }
    return stranger
  }

  #endOne(): void {
    const strangers = [...this.#sockets.values()].filter(({ asked }) => !isStream(asked?.response))
    if (strangers.length <= this.#most) return
    const now = this.#clock.now()
    const late = strangers.filter((stranger) => isLate(stranger, now))
    const crowds = Map.groupBy(late.length > 0 ? late : strangers, ({ address, stage }) => `${stage} ${address}`)
    const [largest] = [...crowds.values()].sort((a, b) => b.length - a.length)
    const [ended] = largest ?? []
    if (!ended) return
    // at once: others that come in this moment end others
    this.#sockets.delete(nameOf(ended.socket))
    ended.socket.destroy()
  }
}

/** Bounds the sockets of a server that takes no agents: whoever opens many takes no file that others need. */
export function boundSockets(server: Server, clock: Pick<Clock, 'now'>): void {
  new Strangers(socketShares(0, openFilesLimit()).strangers, clock).watch(server)
}

/** Whether it should have done by now what is expected of it. */
function isLate({ stage, since, asked }: Stranger, now: number): boolean {
  if (stage === 'silent' || stage === 'secured') return now - since > PROMPT_MS
  if (stage === 'proving' || !asked) return false
  const { request, response } = asked
  // what is asked for whole and not answered yet is our own affair; a page between two requests ends by itself
  const isOurs = request.complete && (!response.headersSent || response.writableFinished)
  return !isOurs && now - since > READS_WITHIN_MS
}

function isStream(response: ServerResponse | undefined): boolean {
  if (!response?.headersSent || response.writableFinished || response.destroyed) return false
  return String(response.getHeader('content-type')).startsWith('text/event-stream')
}

/** The same for a TLS socket and the one beneath it, and for no other that is open. */
function nameOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}
