import { once } from 'node:events'
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

export type Identity = EnrolResponse

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

/** The smallest agent: frames out as told, frames in as they come. */
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
    const socket = new WebSocket(url.replace(/^http/, 'ws') + AGENT_SOCKET_PATH, SUBPROTOCOL, {
      headers: { authorization: `Bearer ${identity.machine}.${identity.secret}` },
      perMessageDeflate: false,
      ...(ca === undefined ? {} : { ca }),
    })
    const client = new WireClient(socket, identity)
    await once(socket, 'open')
    return client
  }

  /** Opens, says hello and waits for the welcome. */
  static async connect(url: string, identity: Identity, hello: Partial<Hello> = {}, ca?: string): Promise<WireClient> {
    const client = await WireClient.open(url, identity, ca)
    client.send(client.hello(hello))
    await client.frame('welcome')
    return client
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
