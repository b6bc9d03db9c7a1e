import { Random } from '@pumphandle/shared/random'

/** Numbers in [0, 1), in the same sequence for the same seed. */
export function seededRandom(seed: number): () => number {
  const random = new Random(seed)
  return () => random.next()
}

/** Lengths, counts and offsets that break careless readers. */
const NASTY = [0, 1, 2, 7, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff]

export interface Mutated {
  bytes: Buffer
  /** Puts the original back, so that large files need not be copied for each mutation. */
  undo: () => void
}

/** Damages bytes in place, in one to four ways: flipped and overwritten bytes, zeroed and misplaced pieces, a cut end. */
export function mutate(original: Buffer, random: () => number): Mutated {
  const saved: [number, Buffer][] = []
  const below = (limit: number): number => Math.floor(random() * limit)
  // Half of the damage goes where the structure is: near the start.
  const place = (): number => below(random() < 0.5 ? Math.min(original.length, 8_192) : original.length)
  const save = (at: number, length: number): void => {
    saved.push([at, Buffer.from(original.subarray(at, at + length))])
  }
  let { length } = original
  for (let round = 1 + below(4); round > 0; round--) {
    const kind = below(6)
    const at = place()
    if (kind <= 1) {
      for (let flips = 1 + below(16); flips > 0; flips--) {
        const target = place()
        save(target, 1)
        original[target] = (original[target] ?? 0) ^ (1 << below(8))
      }
    } else if (kind === 2 && at + 4 <= original.length) {
      save(at, 4)
      original.writeUInt32LE(NASTY[below(NASTY.length)] ?? 0, at)
    } else if (kind === 3) {
      const size = Math.min(1 + below(4_096), original.length - at)
      save(at, size)
      original.fill(0, at, at + size)
    } else if (kind === 4) {
      const size = Math.min(1 + below(1_024), original.length - at)
      save(at, size)
      const from = place()
      original.copy(original, at, from, Math.min(original.length, from + size))
    } else if (kind === 5 && random() < 0.5) length = below(original.length)
  }
  return {
    bytes: original.subarray(0, length),
    undo: () => {
      for (const [at, bytes] of saved.toReversed()) bytes.copy(original, at)
    },
  }
}
