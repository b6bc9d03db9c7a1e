import type { Socket } from 'node:net'
import { CLOSE } from '@pumphandle/shared/wire/protocol'
import { createFrameReader, createMasks, encodeFrame, type Incoming, OPCODE } from './frames.ts'
import { type Claim, createUpgrade, type UpgradeAnswer } from './upgrade.ts'

/** Why a channel ended, in what the next attempt needs to know. */
export interface ChannelEnd {
  reason: string
  /** The collector asked to wait this long. */
  retryAfterMs?: number
  /** Only a person can help: unknown secret, unknown protocol. */
  refused?: boolean
  /** The collector did not take the proof. */
  isUnproven?: boolean
  /** There is another way, which is tried at once. */
  isTriedAnew?: boolean
  /** The collector was reached: it is not the network that failed. */
  reached: boolean
  /** Its certificate is not believed: each try costs it a handshake. */
  isCostly?: boolean
}

/** One WebSocket connection to the collector. */
export interface Channel {
  /** Hands a frame to the network before it returns; `sent` when the operating system has taken it. */
  send(frame: string, sent?: () => void): void
  /** Frames that `work` sends leave in one packet; `sent` when the operating system has it. */
  together(work: () => void, sent?: () => void): void
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
/** After our close frame the other end closes too; it need not be waited for longer. */
const CLOSE_TIMEOUT_MS = 2000
const NEEDS_A_PERSON = new Set<number>(Object.values(CLOSE).flatMap(({ code, retry }) => (retry ? [] : [code])))
/** HTTP answers to the upgrade that another attempt does not change: unauthorised, forbidden, another protocol wanted. */
const REFUSED = new Set([401, 403, 426])

/**
 * Upgrades a connected socket. The machine proves itself in the request: see ./prover.ts.
 */
export function openChannel(socket: Socket, host: string, claim: Claim, on: ChannelEvents): Channel {
  const upgrade = createUpgrade(host, claim)
  const reader = createFrameReader(MAX_PAYLOAD)
  const mask = createMasks()
  /** Frames that leave together, while they are gathered, and who wants to know that they have left. */
  let gathered: { frames: Buffer[]; sent: (() => void)[] } | undefined
  let end: ChannelEnd = { reason: 'connection lost', reached: false }
  let isOpen = false

  function write(opcode: number, payload: Buffer, sent?: () => void): void {
    const frame = encodeFrame(opcode, payload, mask())
    if (!gathered) return void socket.write(frame, () => sent?.())
    gathered.frames.push(frame)
    if (sent) gathered.sent.push(sent)
  }

  function answered(answer: UpgradeAnswer): void {
    if (!answer.isAccepted) {
      const { status, retryAfter } = answer
      end = {
        reason: `the collector answered the connection with HTTP ${status}`,
        reached: true,
        refused: REFUSED.has(status),
        isUnproven: status === 401,
        ...(retryAfter !== undefined && { retryAfterMs: retryAfter * 1000 }),
      }
      return void socket.destroy()
    }
    socket.setTimeout(0)
    isOpen = true
    end = { ...end, reached: true }
    on.onOpen()
    if (answer.rest.length > 0) received(answer.rest)
  }

  function received(bytes: Buffer): void {
    on.onAlive()
    try {
      for (const message of reader.push(bytes)) take(message)
    } catch (error) {
      end = { ...end, reason: error instanceof Error ? error.message : String(error) }
      socket.destroy()
    }
  }

  function take({ opcode, payload }: Incoming): void {
    if (opcode === OPCODE.text) on.onFrame(payload.toString('utf8'))
    else if (opcode === OPCODE.ping) write(OPCODE.pong, payload)
    else if (opcode === OPCODE.close) {
      const code = payload.length >= 2 ? payload.readUInt16BE(0) : 1005
      const reason = `closed with ${code} ${payload.toString('utf8', 2)}`.trim()
      end = { ...end, reason, ...(NEEDS_A_PERSON.has(code) && { refused: true }) }
      socket.end(encodeFrame(OPCODE.close, payload.subarray(0, 2), mask()))
    }
  }

  socket.on('data', (bytes: Buffer) => {
    if (isOpen) return received(bytes)
    const answer = upgrade.answer(bytes)
    if (answer) answered(answer)
  })
  socket.on('error', (error) => {
    if (!isOpen) end = { ...end, reason: error.message }
  })
  socket.once('end', () => void socket.end())
  socket.once('close', () => on.onEnd(end))
  socket.setTimeout(UPGRADE_TIMEOUT_MS, () => socket.destroy(new Error('no answer to the upgrade')))
  socket.write(upgrade.request)
  socket.resume()

  return {
    send: (frame, sent) => write(OPCODE.text, Buffer.from(frame), sent),
    together(work, sent) {
      const all: NonNullable<typeof gathered> = { frames: [], sent: sent ? [sent] : [] }
      gathered = all
      try {
        work()
      } finally {
        gathered = undefined
      }
      // the event loop must turn for the writing, so nothing slow may run before
      socket.write(Buffer.concat(all.frames), () => {
        for (const tell of all.sent) tell()
      })
    },
    ping: () => write(OPCODE.ping, Buffer.alloc(0)),
    close() {
      const code = Buffer.alloc(2)
      code.writeUInt16BE(CLOSE.goodbye.code, 0)
      write(OPCODE.close, code)
      socket.setTimeout(CLOSE_TIMEOUT_MS, () => socket.destroy())
    },
    abandon: () => void socket.destroy(),
  }
}
