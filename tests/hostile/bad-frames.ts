import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { Random } from '@pumphandle/shared/random'
import { encodeFrame, OPCODE } from '../../packages/agent/src/uplink/frames.ts'

const golden = new URL('../../packages/shared/golden/', import.meta.url)
const GOLDEN = ['agent', 'collector', 'bad'].flatMap((folder) =>
  readdirSync(new URL(`${folder}/`, golden)).map((file) => readFileSync(new URL(`${folder}/${file}`, golden), 'utf8')),
)
/** Deeper than any parser's stack of its own would like. */
const DEPTH = 20_000
/** A little more than a frame may have. */
const TOO_LARGE = 300 * 1024
const VALUES = [null, -1, 1e308, '', 'x'.repeat(5_000), [], {}, true, '\u202e', '\ud800', 1.5, [[[[]]]], '__proto__']

/** Bytes that a machine never sends, each of another kind, as they go onto a socket that was upgraded. */
export function badFrame(random: Random): Buffer {
  const kind = random.weighted(KINDS)
  return kind(random)
}

const KINDS: [(random: Random) => Buffer, number][] = [
  [mutated, 40],
  [truncated, 15],
  [(random) => text(pick(random, GOLDEN)), 15],
  [(random) => text(noise(random, 1 + random.below(200)).toString('latin1')), 8],
  [nested, 2],
  [(random) => encodeFrame(OPCODE.text, Buffer.alloc(TOO_LARGE, 0x20 + random.below(90))), 0.05],
  [(random) => encodeFrame(2, noise(random, random.below(500))), 4],
  [brokenHeader, 6],
  [unfinished, 4],
  [(random) => encodeFrame(OPCODE.ping, noise(random, random.below(126))), 3],
  [(random) => encodeFrame(OPCODE.close, noise(random, random.below(60))), 1],
  [(random) => text(`{"type":"events","batch":${random.below(9)},"sentAt":1,"events":[]}`), 3],
]

function pick<T>(random: Random, all: readonly T[]): T {
  return all[random.below(all.length)] as T
}

function text(value: string): Buffer {
  return encodeFrame(OPCODE.text, Buffer.from(value))
}

function noise(random: Random, bytes: number): Buffer {
  // the seed says how many; which ones is of no interest
  return random.chance(0.5) ? randomBytes(bytes) : Buffer.alloc(bytes, random.below(256))
}

/** One value of a frame in another's place. */
function mutated(random: Random): Buffer {
  const frame = JSON.parse(pick(random, GOLDEN)) as unknown
  let at: unknown = frame
  for (;;) {
    const holder = at as Record<string, unknown>
    const keys = Object.keys(holder)
    const key = keys[random.below(Math.max(1, keys.length))]
    if (key === undefined) break
    const below = holder[key]
    if (typeof below === 'object' && below !== null && random.chance(0.6)) {
      at = below
      continue
    }
    if (random.chance(0.2)) delete holder[key]
    else holder[key] = pick(random, VALUES)
    break
  }
  return text(JSON.stringify(frame))
}

function truncated(random: Random): Buffer {
  const whole = pick(random, GOLDEN)
  return text(whole.slice(0, random.below(whole.length)))
}

function nested(random: Random): Buffer {
  const [open, close] = random.chance(0.5) ? ['[', ']'] : ['{"a":', '}']
  const depth = random.below(DEPTH)
  return text(`${open.repeat(depth)}1${random.chance(0.5) ? close.repeat(depth) : ''}`)
}

/** What RFC 6455 forbids: reserved bits and opcodes, no mask, lengths that no memory has. */
function brokenHeader(random: Random): Buffer {
  const frame = text(pick(random, GOLDEN))
  switch (random.below(4)) {
    case 0:
      frame[0] = (frame[0] ?? 0) | (1 << (4 + random.below(3)))
      return frame
    case 1:
      frame[0] = 0x83 + random.below(5)
      return frame
    case 2:
      frame[1] = (frame[1] ?? 0) & 0x7f
      return frame
    default:
      return Buffer.from([0x81, 0xff, random.below(128), 255, 255, 255, 255, 255, 255, 255, 1, 2, 3, 4])
  }
}

/** A message's first piece, or one in the middle of nothing. */
function unfinished(random: Random): Buffer {
  const frame = text(pick(random, GOLDEN))
  frame[0] = random.chance(0.5) ? OPCODE.text : 0x80 | OPCODE.continuation
  return frame
}
