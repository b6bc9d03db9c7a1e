import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import {
  AGENT_SOCKET_PATH,
  type AgentEvent,
  CollectorFrame,
  ENROL_PATH,
  type EnrolRequest,
  EnrolResponse,
  type Hello,
  PROTOCOL,
  SUBPROTOCOL,
} from '@pumphandle/shared/wire'
import { WebSocket } from 'ws'
import { newKey } from '../../packages/agent/src/uplink/key.ts'
import { claimOf, createProver } from '../../packages/agent/src/uplink/prover.ts'

/** Well within the silence after which a machine counts as dark: a test takes as long as a busy computer lets it. */
const BEAT_MS = 10_000

/** A machine as its test knows it: by a key that never left it (protocol 2), or by a secret (protocol 1). */
export type Identity = EnrolResponse & { readonly key?: string }

/** Enrols with a key of its own, as agents of protocol 2 do. @param key one that is there already */
export async function enrolByKey(
  url: string,
  token: string,
  request: Partial<EnrolRequest> = {},
  key = newKey(),
): Promise<Identity> {
  const to = createHash('sha256').update(token).digest('hex')
  return { ...(await enrol(url, token, { ...request, key: claimOf(key, to) })), key }
}

/** The Authorization header for this connection: over the exporter where it is TLS, else over a nonce. */
export async function proofOf(url: string, { machine, key, secret }: Identity, socket: Socket): Promise<string> {
  const secrets = { ...(key !== undefined && { key }), ...(secret !== undefined && { machineSecret: secret }) }
  const prover = createProver({ machine, secrets: () => secrets, host: new URL(url).host, isByNonce: () => false })
  const header = await prover.authorization(socket)
  // after a nonce it stands still, until somebody reads it
  socket.resume()
  return header
}

/** Enrols as an agent does; throws with the status when refused. */
export async function enrol(url: string, token: string, request: Partial<EnrolRequest> = {}): Promise<Identity> {
  const response = await fetch(url + ENROL_PATH, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ computerName: 'TEST-PC', agentVersion: '0.1.0', ...request }),
  })
  if (!response.ok) throw new Error(`enrolment was answered with ${response.status}`)
  return EnrolResponse.parse(await response.json())
}

/** A connection that is to be upgraded. */
async function lineTo(url: string, ca: string | undefined): Promise<Socket> {
  const { protocol, hostname, port } = new URL(url)
  const at = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) }
  const isSecure = protocol === 'https:'
  const socket = isSecure ? connectTls({ ...at, servername: 'localhost', ...(ca && { ca }) }) : connect(at)
  await once(socket, isSecure ? 'secureConnect' : 'connect')
  return socket
}

/** The smallest agent: frames out as told, frames in as they come; once it is connected it has a heartbeat. */
export class WireClient {
  readonly identity: Identity
  readonly socket: WebSocket
  readonly frames: CollectorFrame[] = []
  readonly #waiting: (() => void)[] = []
  closed: { code: number } | undefined

  private constructor(socket: WebSocket, identity: Identity) {
    this.socket = socket
    this.identity = identity
    socket.on('message', (data: Buffer) => {
      this.frames.push(CollectorFrame.parse(JSON.parse(data.toString('utf8'))))
      this.#wake()
    })
    socket.on('close', (code) => {
      this.closed = { code }
      this.#wake()
    })
    socket.on('error', () => undefined)
  }

  /**
   * Opens the socket; rejects with the HTTP status when the upgrade is refused.
   * @param ca the certificate that is trusted, where the collector's is a test's own
   */
  static async open(url: string, identity: Identity, ca?: string): Promise<WireClient> {
    const line = await lineTo(url, ca)
    const socket = new WebSocket(url.replace(/^https?/, 'ws') + AGENT_SOCKET_PATH, SUBPROTOCOL, {
      headers: { authorization: await proofOf(url, identity, line) },
      perMessageDeflate: false,
      createConnection: () => line,
    })
    const client = new WireClient(socket, identity)
    await once(socket, 'open')
    return client
  }

  /** Opens, says hello and waits for the welcome; its heart beats from then on. */
  static async connect(url: string, identity: Identity, hello: Partial<Hello> = {}, ca?: string): Promise<WireClient> {
    const client = await WireClient.open(url, identity, ca)
    client.send(client.hello(hello))
    await client.frame('welcome')
    client.#beat()
    return client
  }

  /** Heartbeats until the connection ends. */
  #beat(): void {
    const timer = setInterval(() => {
      if (this.socket.readyState === WebSocket.OPEN) this.send({ type: 'heartbeat', sentAt: Date.now() })
    }, BEAT_MS)
    timer.unref()
    this.socket.once('close', () => clearInterval(timer))
  }

  hello(given: Partial<Hello> = {}): Hello {
    const now = Date.now()
    return {
      type: 'hello',
      protocol: PROTOCOL,
      machine: this.identity.machine,
      sentAt: now,
      agent: { version: '0.1.0', platform: 'win32-x64' },
      computerName: 'TEST-PC',
      boot: { bootId: 'boot-1', startedAt: now - 60_000, previousEnd: 'clean' },
      spooled: 0,
      ...given,
    }
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame))
  }

  sendEvents(batch: number, events: readonly AgentEvent[], sentAt = Date.now()): void {
    this.send({ type: 'events', batch, sentAt, events })
  }

  /** Sends events and waits for their ack. */
  async deliver(batch: number, events: readonly AgentEvent[], sentAt = Date.now()): Promise<void> {
    this.sendEvents(batch, events, sentAt)
    await this.until(() => this.frames.some((f) => f.type === 'ack' && f.batch === batch))
  }

  /** The first frame of this type, when it is there. */
  async frame<T extends CollectorFrame['type']>(type: T): Promise<Extract<CollectorFrame, { type: T }>> {
    const find = () => this.frames.find((f): f is Extract<CollectorFrame, { type: T }> => f.type === type)
    await this.until(() => find() !== undefined)
    return find() as Extract<CollectorFrame, { type: T }>
  }

  /** The close code, when the connection has ended. */
  async closeCode(): Promise<number> {
    while (!this.closed) await this.#next()
    return this.closed.code
  }

  /** Waits for something that frames bring about; rejects when the connection ends without it. */
  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      if (this.closed) throw new Error(`the collector closed with ${this.closed.code}`)
      await this.#next()
    }
  }

  async close(): Promise<void> {
    this.socket.close()
    await this.closeCode()
  }

  #next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
