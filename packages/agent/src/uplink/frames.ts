import { randomBytes } from 'node:crypto'

// The client's half of RFC 6455 section 5, as far as an agent needs it. The `ws` library, which the collector uses, does
// this too; loading it with what it needs takes as long as all else that the agent does in its first second.

/** Opcodes, RFC 6455 section 5.2. */
export const OPCODE = { continuation: 0, text: 1, close: 8, ping: 9, pong: 10 } as const
const FINAL = 0x80
const MASKED = 0x80
const LENGTH_16 = 126
const LENGTH_64 = 127
/** Control frames carry at most this (section 5.5). */
const MAX_CONTROL_BYTES = 125

/** A message or control frame from the collector. */
export interface Incoming {
  opcode: number
  payload: Buffer
}

/** What arrived is not a WebSocket server's, or larger than agreed. */
export class FrameError extends Error {
  override name = 'FrameError'
}

const MASK_BYTES = 4
/** A day has some 12,000 frames, and asking for four random bytes costs as much as for many. */
const MASKS_AT_ONCE = 64

/** Gives a mask of fresh random bytes at each call. */
export function createMasks(): () => Buffer {
  let drawn: Buffer = Buffer.alloc(0)
  return () => {
    if (drawn.length === 0) drawn = randomBytes(MASK_BYTES * MASKS_AT_ONCE)
    const mask = drawn.subarray(0, MASK_BYTES)
    drawn = drawn.subarray(MASK_BYTES)
    return mask
  }
}

/** A frame as a client must send it: whole, and masked with fresh random bytes (section 5.3). */
export function encodeFrame(opcode: number, payload: Buffer, mask: Buffer = randomBytes(MASK_BYTES)): Buffer {
  const size = payload.length
  const extra = size < LENGTH_16 ? 0 : size < 65_536 ? 2 : 8
  const start = 2 + extra + MASK_BYTES
  const frame = Buffer.allocUnsafe(start + size)
  frame[0] = FINAL | opcode
  frame[1] = MASKED | (extra === 0 ? size : extra === 2 ? LENGTH_16 : LENGTH_64)
  if (extra === 2) frame.writeUInt16BE(size, 2)
  if (extra === 8) frame.writeBigUInt64BE(BigInt(size), 2)
  mask.copy(frame, start - MASK_BYTES)
  for (let i = 0; i < size; i++) frame[start + i] = (payload[i] ?? 0) ^ (mask[i & 3] ?? 0)
  return frame
}

/** Puts arriving bytes together into messages. */
export interface FrameReader {
  /** @throws FrameError, after which the connection must end */
  push(bytes: Buffer): Incoming[]
}

/** @param maxBytes of one message, all its fragments together */
export function createFrameReader(maxBytes: number): FrameReader {
  let waiting: Buffer = Buffer.alloc(0)
  let fragments: { opcode: number; parts: Buffer[]; size: number } | undefined

  /** The first whole frame of what waits, taken off it. */
  function takeFrame(): { isFinal: boolean; opcode: number; payload: Buffer } | undefined {
    const [first, second] = waiting
    if (first === undefined || second === undefined) return undefined
    if (second & MASKED) throw new FrameError('the collector masked a frame, as only agents do')
    if (first & 0x70) throw new FrameError('a frame uses an extension that was not agreed')
    const short = second & 0x7f
    const header = short < LENGTH_16 ? 2 : short === LENGTH_16 ? 4 : 10
    if (waiting.length < header) return undefined
    const size = header === 2 ? short : header === 4 ? waiting.readUInt16BE(2) : Number(waiting.readBigUInt64BE(2))
    if (size > maxBytes) throw new FrameError(`a frame of ${size} bytes is more than an agent takes`)
    if (waiting.length < header + size) return undefined
    const payload = waiting.subarray(header, header + size)
    waiting = waiting.subarray(header + size)
    return { isFinal: (first & FINAL) !== 0, opcode: first & 0x0f, payload }
  }

  /** Joins a message's fragments; undefined until the last one is there. */
  function join(isFinal: boolean, opcode: number, payload: Buffer): Incoming | undefined {
    if (opcode >= OPCODE.close) {
      if (!isFinal || payload.length > MAX_CONTROL_BYTES) throw new FrameError('a control frame is cut into pieces')
      return { opcode, payload }
    }
    if ((opcode === OPCODE.continuation) === (fragments === undefined))
      throw new FrameError('pieces of two messages are mixed')
    const message = (fragments ??= { opcode, parts: [], size: 0 })
    message.parts.push(payload)
    message.size += payload.length
    if (message.size > maxBytes) throw new FrameError(`a message of ${message.size} bytes is more than an agent takes`)
    if (!isFinal) return undefined
    fragments = undefined
    return { opcode: message.opcode, payload: message.parts.length === 1 ? payload : Buffer.concat(message.parts) }
  }

  return {
    push(bytes) {
      waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes])
      const messages: Incoming[] = []
      for (let frame = takeFrame(); frame !== undefined; frame = takeFrame()) {
        const message = join(frame.isFinal, frame.opcode, frame.payload)
        if (message) messages.push(message)
      }
      return messages
    },
  }
}
