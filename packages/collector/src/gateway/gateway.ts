import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '@pumphandle/shared/clock'
import { perMinute, RateByKey } from '@pumphandle/shared/flow'
import { AGENT_SOCKET_PATH, SUBPROTOCOL, TELLS_CRASH, TELLS_HEADER } from '@pumphandle/shared/wire'
import { ipKeyGenerator } from 'express-rate-limit'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Logger } from '../log/logger.ts'
import { AdmissionControl, type Waiting } from './admission.ts'
import { exporterOf, signerOf } from './authenticate.ts'
import { Connection } from './connection.ts'
import type { Core, Introduced, Proven } from './core.ts'
import {
  COUNTED_FROM_BYTES,
  MAX_BYTES_PER_MINUTE,
  MAX_CHUNKS,
  MAX_CONNECTS_PER_MINUTE,
  MAX_FRAGMENTS,
  MAX_PAYLOAD_BYTES,
  MAX_UNAUTHORISED_PER_MINUTE,
  PING_COUNTS,
} from './limits.ts'
import type { Strangers } from './strangers.ts'

export interface GatewayOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly core: Core
  readonly maxConnections: number
  /** 0 to 1; spreads those that are turned away. */
  readonly random: () => number
  /** The address that a request comes from, seen through the proxy where there is one. */
  readonly remoteOf: (request: IncomingMessage) => string
  /** Of the server whose upgrades come here. */
  readonly strangers: Strangers
  /** Machines may send as many bytes as they like: a benchmark's few senders stand for many. */
  readonly isUnbounded?: boolean
}

/** The agents' socket. A machine proves itself in the upgrade, before the collector keeps anything for it. */
export class Gateway {
  readonly #options: GatewayOptions
  readonly #admission: AdmissionControl
  readonly #wrongSecrets = new RateByKey(perMinute(MAX_UNAUTHORISED_PER_MINUTE))
  readonly #connects = new RateByKey(perMinute(MAX_CONNECTS_PER_MINUTE))
  readonly #bytes = new RateByKey(perMinute(MAX_BYTES_PER_MINUTE))
  readonly #sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_PAYLOAD_BYTES,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_CHUNKS,
    // 50 kB a connection, and what agents send is small
    perMessageDeflate: false,
    clientTracking: true,
    handleProtocols: () => SUBPROTOCOL,
  })

  constructor(options: GatewayOptions) {
    this.#options = options
    this.#admission = new AdmissionControl(options)
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
    const { clock } = this.#options
    // a browser says whose page it is on: no page of anybody speaks here
    if (request.headers.origin !== undefined) return answer(socket, '403 Forbidden', '')
    if (!offers(request, SUBPROTOCOL)) return answer(socket, '400 Bad Request', '')
    const address = ipKeyGenerator(this.#options.remoteOf(request))
    const proven = await this.#prove(request, socket, address)
    if (!proven || socket.destroyed) return
    // by machine, never by address: a whole practice may stand behind one, and a region behind a proxy
    if (!this.#connects.take(proven.uid, clock.now())) return this.#slowDown(socket)
    this.#options.strangers.known(socket)
    let end: Waiting['end'] = () => socket.destroy()
    const { uid, by, isKnown } = proven
    const waiting: Waiting = {
      uid,
      isKnown,
      address,
      tellsCrash: tellsCrash(request),
      since: clock.now(),
      end: (why) => end(why),
    }
    const admission = this.#admission.wait(waiting)
    if (!admission.admitted) return comeBack(socket, admission.retryAfterSeconds)
    socket.once('close', () => this.#admission.done(waiting))
    this.#sockets.handleUpgrade(request, socket, head, (ws) => {
      const connection = this.#open(ws, socket, { uid, by }, () => this.#admission.done(waiting))
      end = (why) => connection.refuse(why, WHY_ENDED[why])
      if (this.#options.isUnbounded !== true) this.#measure(ws, socket, uid, connection)
    })
    // ws answers a malformed upgrade by itself, and calls nobody
    if (socket.destroyed || socket.writableEnded) this.#admission.done(waiting)
  }

  /** Who is knocking; undefined when it was answered with no. */
  async #prove(request: IncomingMessage, socket: Duplex, address: string): Promise<Proven | undefined> {
    const { clock, log, core } = this.#options
    const admission = this.#admission.ask(this.connections, clock.now(), tellsCrash(request))
    if (!admission.admitted) return comeBack(socket, admission.retryAfterSeconds)
    try {
      const proven = await core.authenticate(request.headers.authorization)
      // a refusal would keep it away for an hour, and the fleet may be restored in a minute
      if (proven === 'nobody-known') return this.#comeBackSoon(socket, '503 Service Unavailable')
      if (proven?.candidates === undefined) {
        if (proven) return proven
      } else {
        const over = exporterOf(socket)
        const signer = over && signerOf(proven.candidates, request.headers.authorization, over)
        if (signer) return { ...proven, by: signer.by }
        // something between the machine and here ends its TLS; or it is not the machine, which a nonce will show
        return answer(socket, '401 Unauthorized', 'WWW-Authenticate: Pumphandle by=nonce\r\n')
      }
    } finally {
      this.#admission.asked()
    }
    // only who is wrong is slowed down: a whole practice may stand behind one address
    if (!this.#wrongSecrets.take(address, clock.now())) return this.#slowDown(socket)
    log.warn({ remote: this.#options.remoteOf(request) }, 'an agent showed no valid proof')
    return answer(socket, '401 Unauthorized', 'WWW-Authenticate: Pumphandle\r\n')
  }

  #slowDown(socket: Duplex): undefined {
    return this.#comeBackSoon(socket, '429 Too Many Requests')
  }

  /** In one minute or two. */
  #comeBackSoon(socket: Duplex, status: string): undefined {
    return answer(socket, status, `Retry-After: ${Math.ceil(60 + this.#options.random() * 60)}\r\n`)
  }

  /** Counts what comes, whatever it is: frames that are none, pings and what follows a refusal cost time too. */
  #measure(ws: WebSocket, stream: Duplex, uid: string, connection: Connection): void {
    let uncounted = 0
    const count = (bytes: number): void => {
      uncounted += bytes
      if (uncounted < COUNTED_FROM_BYTES) return
      // what was on its way when it was told to go is read, and no flood
      if (connection.isClosing) return ws.terminate()
      if (!this.#bytes.take(uid, this.#options.clock.now(), uncounted))
        connection.refuse('too-fast', `Send at most ${MAX_BYTES_PER_MINUTE} bytes a minute.`, 60)
      uncounted = 0
    }
    stream.on('data', (chunk: Buffer) => count(chunk.length))
    ws.on('ping', () => count(PING_COUNTS))
  }

  #open(socket: WebSocket, stream: Duplex, who: Introduced, onSettled: () => void): Connection {
    const { core, clock } = this.#options
    return new Connection({ socket, stream, who, core, clock, onSettled })
  }
}

const WHY_ENDED = {
  replaced: 'The same machine opened a newer connection.',
  overloaded: 'No hello came, and others wait for the place.',
} as const

function offers(request: IncomingMessage, protocol: string): boolean {
  return (request.headers['sec-websocket-protocol'] ?? '').split(',').some((p) => p.trim() === protocol)
}

function tellsCrash(request: IncomingMessage): boolean {
  return request.headers[TELLS_HEADER.toLowerCase()] === TELLS_CRASH
}

function comeBack(socket: Duplex, seconds: number): undefined {
  return answer(socket, '503 Service Unavailable', `Retry-After: ${seconds}\r\n`)
}

/** Ends an upgrade with a plain answer. */
function answer(socket: Duplex, status: string, headers: string): undefined {
  if (socket.destroyed) return undefined
  // whoever does not close its own end would keep the socket
  socket.once('finish', () => socket.destroy())
  socket.end(`HTTP/1.1 ${status}\r\n${headers}Connection: close\r\nContent-Length: 0\r\n\r\n`)
  return undefined
}
