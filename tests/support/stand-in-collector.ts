import { createServer as createHttp, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttps } from 'node:https'
import type { AddressInfo } from 'node:net'
import { AgentFrame, type CollectorFrame, type Welcome } from '@pumphandle/shared/wire'
import { AGENT_SOCKET_PATH, ENROL_PATH, PROTOCOL } from '@pumphandle/shared/wire/protocol'
import { type WebSocket, WebSocketServer } from 'ws'

/** A frame as it arrived, checked against the wire's schema. */
interface ReceivedFrame {
  frame: AgentFrame
  /** `process.hrtime` at arrival, in milliseconds. */
  at: number
  bytes: number
  connection: number
}

export interface StandInCollector {
  url: string
  frames: ReceivedFrame[]
  /** The socket of each connection, in order. */
  sockets: WebSocket[]
  /** Authorization headers seen, of upgrades and enrolments. */
  authorizations: string[]
  /** Resolves when a frame, past or coming, satisfies `test`. */
  frame<T extends AgentFrame['type']>(
    type: T,
    test?: (frame: Extract<AgentFrame, { type: T }>) => boolean,
  ): Promise<Extract<AgentFrame, { type: T }>>
  /** All events received, in order. */
  events(): Extract<AgentFrame, { type: 'events' }>['events']
  close(): Promise<void>
}

export interface StandInOptions {
  tls?: { key: string | Buffer; cert: string | Buffer }
  welcome?: Partial<Welcome>
  /** Answers an upgrade with this status instead of accepting it. */
  refuseUpgrade?: () => { status: number; retryAfterSeconds?: number } | undefined
  /** Frames are parsed as JSON and not held against the wire's schema: for measuring. */
  isBare?: boolean
  /** False: events stay unacknowledged. */
  acknowledges?: () => boolean
}

export const STAND_IN_MACHINE = '01ARZ3NDEKTSV4RRFFQ69G5FAV'
export const STAND_IN_SECRET = 'stand-in-secret-stand-in-secret-0123'

/** The least that answers an agent like a collector: enrols anyone, welcomes, acknowledges, and keeps every frame. */
export async function startStandIn(options: StandInOptions = {}): Promise<StandInCollector> {
  const frames: ReceivedFrame[] = []
  const sockets: WebSocket[] = []
  const authorizations: string[] = []
  const waiting = new Set<() => void>()
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    authorizations.push(request.headers.authorization ?? '')
    if (request.url !== ENROL_PATH) return void response.writeHead(404).end()
    request.resume().once('end', () => {
      response.writeHead(201, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ machine: STAND_IN_MACHINE, secret: STAND_IN_SECRET }))
    })
  }
  const server = options.tls ? createHttps(options.tls, onRequest) : createHttp(onRequest)
  const agents = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    authorizations.push(request.headers.authorization ?? '')
    const refusal = options.refuseUpgrade?.()
    if (refusal || request.url !== AGENT_SOCKET_PATH) {
      const wait = refusal?.retryAfterSeconds === undefined ? '' : `Retry-After: ${refusal.retryAfterSeconds}\r\n`
      return void socket.end(`HTTP/1.1 ${refusal?.status ?? 404} No\r\n${wait}Content-Length: 0\r\n\r\n`)
    }
    agents.handleUpgrade(request, socket, head, (ws) => accept(ws))
  })

  function accept(ws: WebSocket): void {
    const connection = sockets.push(ws)
    const answer = (frame: CollectorFrame): void => ws.send(JSON.stringify(frame))
    ws.on('message', (data: Buffer) => {
      const at = Number(process.hrtime.bigint()) / 1e6
      const frame = options.isBare
        ? (JSON.parse(data.toString('utf8')) as AgentFrame)
        : AgentFrame.parse(JSON.parse(data.toString('utf8')))
      frames.push({ frame, at, bytes: data.length, connection })
      if (frame.type === 'hello') {
        answer({
          type: 'welcome',
          protocol: PROTOCOL,
          serverTime: 0,
          heartbeatSeconds: 15,
          probes: [],
          ...options.welcome,
        })
      }
      if (frame.type === 'events' && options.acknowledges?.() !== false) answer({ type: 'ack', batch: frame.batch })
      for (const wake of waiting) wake()
    })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: options.tls ? `https://localhost:${port}` : `http://127.0.0.1:${port}`,
    frames,
    sockets,
    authorizations,
    events: () => frames.flatMap(({ frame }) => (frame.type === 'events' ? frame.events : [])),
    frame: (type, test = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          for (const { frame } of frames) {
            if (frame.type !== type || !test(frame as never)) continue
            waiting.delete(look)
            return resolve(frame as never)
          }
        }
        waiting.add(look)
        look()
      }),
    async close() {
      for (const ws of sockets) ws.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
