import type { Socket } from 'node:net'
import { AGENT_SOCKET_PATH, CLOSE, SUBPROTOCOL } from '@pumphandle/shared/wire/protocol'
import { WebSocket } from 'ws'

/** Why a channel ended, in what the next attempt needs to know. */
export interface ChannelEnd {
  reason: string
  /** The collector asked to wait this long. */
  retryAfterMs?: number
  /** Only a person can help: unknown secret, unknown protocol. */
  refused?: boolean
  /** The collector was reached: it is not the network that failed. */
  reached: boolean
}

/** One WebSocket connection to the collector. */
export interface Channel {
  /** Hands a frame to the network before it returns; `sent` when the operating system has taken it. */
  send(frame: string, sent?: () => void): void
  /** Frames that `work` sends leave in one packet; `sent` when the operating system has it. */
  together(work: () => void, sent: () => void): void
  /** Asks whether the other end is there; `onAlive` follows if it is. */
  ping(): void
  close(): void
  /** Ends it without a word: the other end is gone. */
  abandon(): void
}

export interface ChannelEvents {
  onOpen(): void
  /** Anything at all came from the collector. */
  onAlive(): void
  onFrame(text: string): void
  onEnd(end: ChannelEnd): void
}

/** Frames from the collector are small; a larger one is not from a collector. */
const MAX_PAYLOAD = 64 * 1024
/** The collector's answer to the upgrade. */
const UPGRADE_TIMEOUT_MS = 10_000
const NEEDS_A_PERSON = new Set<number>(Object.values(CLOSE).flatMap(({ code, retry }) => (retry ? [] : [code])))

/**
 * Upgrades a connected socket. The machine proves itself in the request: `Authorization: Bearer <machine>.<secret>`.
 */
export function openChannel(socket: Socket, host: string, authorization: string, on: ChannelEvents): Channel {
  const ws = new WebSocket(`ws://${host}${AGENT_SOCKET_PATH}`, SUBPROTOCOL, {
    createConnection: () => socket,
    headers: { authorization },
    handshakeTimeout: UPGRADE_TIMEOUT_MS,
    perMessageDeflate: false,
    maxPayload: MAX_PAYLOAD,
  })
  let end: ChannelEnd = { reason: 'connection lost', reached: false }
  ws.on('open', () => {
    end = { ...end, reached: true }
    on.onOpen()
  })
  ws.on('message', (data: Buffer) => {
    on.onAlive()
    on.onFrame(data.toString('utf8'))
  })
  ws.on('pong', () => on.onAlive())
  ws.on('unexpected-response', (_request, response) => {
    const status = response.statusCode ?? 0
    const retryAfter = Number(response.headers['retry-after'])
    end = {
      reason: `the collector answered the connection with HTTP ${status}`,
      reached: true,
      refused: status === 401 || status === 403 || status === 426,
      ...(Number.isFinite(retryAfter) && { retryAfterMs: retryAfter * 1000 }),
    }
    socket.destroy()
    ws.terminate()
  })
  ws.on('error', (error) => {
    if (!end.reached) end = { ...end, reason: error.message }
  })
  ws.on('close', (code, reason) => {
    const isRefused = NEEDS_A_PERSON.has(code)
    const said = reason.toString('utf8')
    on.onEnd({
      ...end,
      ...(isRefused && { refused: true }),
      ...(code >= 1000 && code !== 1006 && { reason: `closed with ${code} ${said}`.trim() }),
    })
  })
  return {
    send: (frame, sent) => ws.send(frame, sent),
    together(work, sent) {
      socket.cork()
      work()
      // an empty write is done when all before it are; the event loop must turn for that, so nothing slow may run before
      socket.write('', () => sent())
      socket.uncork()
    },
    ping: () => ws.ping(),
    close: () => ws.close(CLOSE.goodbye.code),
    abandon: () => ws.terminate(),
  }
}
