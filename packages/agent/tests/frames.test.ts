import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFrameReader, createMasks, encodeFrame, FrameError, OPCODE } from '../src/uplink/frames.ts'
import { createUpgrade } from '../src/uplink/upgrade.ts'

/** A frame as a server sends it: not masked. */
function serverFrame(opcode: number, payload: Buffer, isFinal = true): Buffer {
  const size = payload.length
  const length = size < 126 ? [size] : size < 65_536 ? [126, size >> 8, size & 0xff] : undefined
  if (!length) throw new Error('too long for a test')
  return Buffer.concat([Buffer.from([(isFinal ? 0x80 : 0) | opcode, ...length]), payload])
}
/** What an agent sent, unmasked. */
function unmask(frame: Buffer): { opcode: number; text: string } {
  const short = (frame[1] ?? 0) & 0x7f
  const at = short < 126 ? 2 : short === 126 ? 4 : 10
  const mask = frame.subarray(at, at + 4)
  const payload = Buffer.from(frame.subarray(at + 4).map((byte, i) => byte ^ (mask[i & 3] ?? 0)))
  return { opcode: (frame[0] ?? 0) & 0x0f, text: payload.toString('utf8') }
}

function outcomeOf(bytes: Buffer): string {
  try {
    createFrameReader(1000).push(bytes)
    return 'read'
  } catch (error) {
    return error instanceof Error ? error.name : 'something thrown'
  }
}

describe('frames to the collector', () => {
  it.each([0, 1, 125, 126, 65_535, 65_536, 200_000])('of %i bytes are masked and whole', (size) => {
    const frame = encodeFrame(OPCODE.text, Buffer.alloc(size, 'a'))
    expect((frame[1] ?? 0) & 0x80).toBe(0x80)
    expect(unmask(frame)).toEqual({ opcode: OPCODE.text, text: 'a'.repeat(size) })
  })
  it('have a fresh mask each', () => {
    const mask = (): string => encodeFrame(OPCODE.text, Buffer.from('same')).subarray(2, 6).toString('hex')
    expect(new Set(Array.from({ length: 50 }, mask)).size).toBeGreaterThan(45)
    const next = createMasks()
    expect(new Set(Array.from({ length: 300 }, () => next().toString('hex'))).size).toBeGreaterThan(295)
  })
})

describe('frames from the collector', () => {
  it('arrive whole, however the network cuts them', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 300 }), { maxLength: 8 }), fc.array(fc.nat(40)), (texts, cuts) => {
        const bytes = Buffer.concat(texts.map((text) => serverFrame(OPCODE.text, Buffer.from(text))))
        const reader = createFrameReader(65_536)
        const found: string[] = []
        let at = 0
        for (const size of [...cuts, bytes.length]) {
          for (const { payload } of reader.push(bytes.subarray(at, at + size))) found.push(payload.toString('utf8'))
          at += size
        }
        expect(found).toEqual(texts)
      }),
    )
  })
  it('are joined from pieces, with a ping between them', () => {
    const pieces = [
      serverFrame(OPCODE.text, Buffer.from('one '), false),
      serverFrame(OPCODE.ping, Buffer.from('?')),
      serverFrame(OPCODE.continuation, Buffer.from('two')),
    ]
    const found = createFrameReader(100).push(Buffer.concat(pieces))
    expect(found.map(({ opcode, payload }) => [opcode, payload.toString()])).toEqual([
      [OPCODE.ping, '?'],
      [OPCODE.text, 'one two'],
    ])
  })
  it.each([
    ['masked', encodeFrame(OPCODE.text, Buffer.from('x'))],
    ['too large', serverFrame(OPCODE.text, Buffer.alloc(200))],
    ['too large in pieces', Buffer.concat([serverFrame(1, Buffer.alloc(80), false), serverFrame(0, Buffer.alloc(80))])],
    ['of an extension', Buffer.from([0xc1, 0])],
    ['pieces without a beginning', serverFrame(OPCODE.continuation, Buffer.from('x'))],
    ['a ping in pieces', serverFrame(OPCODE.ping, Buffer.alloc(0), false)],
  ])('that are %s end the connection', (_what, bytes) => {
    expect(() => createFrameReader(100).push(bytes)).toThrow(FrameError)
  })
  it('never make it throw anything else, or loop, whatever they are', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(['read', 'FrameError']).toContain(outcomeOf(Buffer.from(bytes)))
      }),
    )
  })
})

describe('the upgrade', () => {
  const CLAIM = { authorization: 'b', tellsCrash: false }
  it('asks as RFC 6455 has it', () => {
    const { request } = createUpgrade('c.example', { authorization: 'Bearer m.s', tellsCrash: false })
    expect(request).toMatch(/^GET \/agent\/v1\/socket HTTP\/1\.1\r\nHost: c\.example\r\n/)
    expect(request).toContain('Authorization: Bearer m.s\r\n')
    expect(request).not.toContain('Pumphandle-Tells')
    const urgent = createUpgrade('c.example', { authorization: 'Bearer m.s', tellsCrash: true })
    expect(urgent.request).toContain('Pumphandle-Tells: crash\r\n')
  })
  it('does not take an answer that is not to its own key', () => {
    const answer =
      'HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: pumphandle.v1\r\n\r\n'
    expect(createUpgrade('c', CLAIM).answer(Buffer.from(answer))?.isAccepted).toBe(false)
  })
  it('reads what the collector says when it refuses', () => {
    const answer = 'HTTP/1.1 503 No\r\nRetry-After: 7\r\n\r\n'
    expect(createUpgrade('c', CLAIM).answer(Buffer.from(answer))).toMatchObject({ status: 503, retryAfter: 7 })
  })
  it('gives up on a head without end', () => {
    expect(createUpgrade('c', CLAIM).answer(Buffer.alloc(20_000, 'a'))).toMatchObject({ status: 0, isAccepted: false })
  })
})
