import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { SILENT_WITHIN_MS } from './limits.ts'

interface Stranger {
  readonly socket: Socket
  readonly address: string
  /** What it was last answered with. */
  response?: ServerResponse
}

/**
 * Sockets that have proved nothing: those in their handshake, those that say nothing, pages between two requests. They are
 * bounded, so that none takes a file that a machine needs; beyond the bound the oldest of the address that has most of them
 * ends, whether it says nothing or does not read what it asked for. A live stream is left alone: nobody has one without
 * having signed in.
 */
export class Strangers {
  readonly #most: number
  readonly #sockets = new Map<string, Stranger>()

  constructor(most: number) {
    this.#most = most
  }

  /** Sockets that prove nothing now, and those of pages. */
  get count(): number {
    return this.#sockets.size
  }

  /** Looks after a server's sockets from their first packet on. */
  watch(server: Server): void {
    // of TLS this is the socket beneath, before a byte of the handshake
    server.prependListener('connection', (socket: Socket) => this.#take(socket))
    server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
      const stranger = this.#sockets.get(nameOf(request.socket))
      if (stranger) stranger.response = response
    })
    // who reads nothing of an answer; ws takes the limit off its own sockets
    server.setTimeout(SILENT_WITHIN_MS)
  }

  /** Who is behind this socket is known: it counts no more. */
  known(socket: Duplex): void {
    this.#sockets.delete(nameOf(socket as Socket))
  }

  #take(socket: Socket): void {
    const name = nameOf(socket)
    this.#sockets.set(name, { socket, address: socket.remoteAddress ?? '' })
    socket.once('close', () => {
      if (this.#sockets.get(name)?.socket === socket) this.#sockets.delete(name)
    })
    if (this.#sockets.size > this.#most) this.#endOne()
  }

  #endOne(): void {
    const strangers = [...this.#sockets.values()].filter(({ response }) => !isStream(response))
    if (strangers.length <= this.#most) return
    const perAddress = new Map<string, number>()
    for (const { address } of strangers) perAddress.set(address, (perAddress.get(address) ?? 0) + 1)
    const most = Math.max(...perAddress.values())
    strangers.find(({ address }) => perAddress.get(address) === most)?.socket.destroy()
  }
}

function isStream(response: ServerResponse | undefined): boolean {
  if (!response?.headersSent || response.writableFinished || response.destroyed) return false
  return String(response.getHeader('content-type')).startsWith('text/event-stream')
}

/** The same for a TLS socket and the one beneath it, and for no other that is open. */
function nameOf(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort}`
}
