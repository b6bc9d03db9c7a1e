import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '@pumphandle/shared/clock'
import { perMinute, RateByKey } from '@pumphandle/shared/flow'
import { AGENT_SOCKET_PATH, SUBPROTOCOL } from '@pumphandle/shared/wire'
import { ipKeyGenerator } from 'express-rate-limit'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Logger } from '../log/logger.ts'
import { AdmissionControl } from './admission.ts'
import { Connection } from './connection.ts'
import type { Core } from './core.ts'
import { MAX_PAYLOAD_BYTES, MAX_UNAUTHORISED_PER_MINUTE } from './limits.ts'

export interface GatewayOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly core: Core
  readonly maxConnections: number
  /** 0 to 1; spreads those that are turned away. */
  readonly random: () => number
  /** The address that a request comes from, seen through the proxy where there is one. */
  readonly remoteOf: (request: IncomingMessage) => string
}

/** The agents' socket. A machine proves itself in the upgrade, before the collector keeps anything for it. */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #admission: AdmissionControl
  readonly #wrongSecrets: RateByKey
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD_BYTES,
    // 50 kB a connection, and what agents send is small
    perMessageDeflate: false,
    clientTracking: true,
    handleProtocols: () => SUBPROTOCOL,
  })

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#admission = new AdmissionControl(options)
    this.#wrongSecrets = new RateByKey(perMinute(MAX_UNAUTHORISED_PER_MINUTE))
  }

  get connections(): number {
    return this.#sockets.clients.size
  }

  /** Takes or refuses an upgrade. There is no other socket here than the agents'. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if ((request.url ?? '').split('?')[0] !== AGENT_SOCKET_PATH) return void socket.destroy()
    socket.on('error', () => undefined)
    this.#upgrade(request, socket, head).catch((error: unknown) => {
      this.#options.log.error({ err: error }, 'an agent could not be connected')
      answer(socket, '503 Service Unavailable', 'Retry-After: 30\r\n')
    })
  }

  close(): void {
    for (const socket of this.#sockets.clients) socket.terminate()
    this.#sockets.close()
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { clock, log, core, random } = this.#options
    if (!offers(request, SUBPROTOCOL)) return answer(socket, '400 Bad Request', '')
    const admission = this.#admission.admit(this.connections, clock.now())
    if (!admission.admitted)
      return answer(socket, '503 Service Unavailable', `Retry-After: ${admission.retryAfterSeconds}\r\n`)
    let handedOver = false
    try {
      const uid = await core.authenticate(request.headers.authorization)
      if (uid === undefined) {
        // only who is wrong is slowed down: a whole practice may stand behind one address
        const remote = this.#options.remoteOf(request)
        if (!this.#wrongSecrets.take(ipKeyGenerator(remote), clock.now()))
          return answer(socket, '429 Too Many Requests', `Retry-After: ${Math.ceil(60 + random() * 60)}\r\n`)
        log.warn({ remote }, 'an agent showed no valid secret')
        return answer(socket, '401 Unauthorized', 'WWW-Authenticate: Bearer\r\n')
      }
      if (socket.destroyed) return
      handedOver = true
      this.#sockets.handleUpgrade(request, socket, head, (ws) => this.#open(ws, uid))
      // ws answers a malformed upgrade by itself, and calls nobody
      if (socket.destroyed || socket.writableEnded) handedOver = false
    } finally {
      if (!handedOver) this.#admission.done()
    }
  }

  #open(socket: WebSocket, uid: string): void {
    const { core, clock } = this.#options
    new Connection({ socket, uid, core, clock, onSettled: () => this.#admission.done() })
  }
}

function offers(request: IncomingMessage, protocol: string): boolean {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').some((p) => p.trim() === protocol)
}

/** Ends an upgrade with a plain answer. */
function answer(socket: Duplex, status: string, headers: string): void {
  if (!socket.destroyed) socket.end(`HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`)
}
