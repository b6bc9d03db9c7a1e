const BITS = 32

/** A set of small integers below a capacity, one bit each: 125 kB for a million machines, combined 32 at a time. */
export class Bitset {
  words: Uint32Array

  constructor(capacity: number) {
    this.words = new Uint32Array(Math.ceil(capacity / BITS))
  }

  has(i: number): boolean {
    return ((this.words[i >>> 5] ?? 0) & (1 << (i & 31))) !== 0
  }

  add(i: number): void {
    this.words[i >>> 5] = (this.words[i >>> 5] ?? 0) | (1 << (i & 31))
  }

  delete(i: number): void {
    this.words[i >>> 5] = (this.words[i >>> 5] ?? 0) & ~(1 << (i & 31))
  }

  /** Makes room, keeping what is there. */
  grow(capacity: number): void {
    const words = new Uint32Array(Math.ceil(capacity / BITS))
    words.set(this.words)
    this.words = words
  }

  copy(): Bitset {
    const out = new Bitset(0)
    out.words = this.words.slice()
    return out
  }

  /** Keeps what is in `other` too. Both have one capacity, here and below. */
  and(other: Bitset): this {
    const { words } = this
    for (let w = 0; w < words.length; w++) words[w] = (words[w] ?? 0) & (other.words[w] ?? 0)
    return this
  }

  or(other: Bitset): this {
    const { words } = this
    for (let w = 0; w < words.length; w++) words[w] = (words[w] ?? 0) | (other.words[w] ?? 0)
    return this
  }

  /** Turns it into what is in `whole` and not in it. */
  complementIn(whole: Bitset): this {
    const { words } = this
    for (let w = 0; w < words.length; w++) words[w] = (whole.words[w] ?? 0) & ~(words[w] ?? 0)
    return this
  }

  count(): number {
    let total = 0
    for (const word of this.words) total += ones(word)
    return total
  }

  countWith(other: Bitset): number {
    const { words } = this
    const others = other.words
    let total = 0
    for (let w = 0; w < words.length; w++) {
      const both = (words[w] ?? 0) & (others[w] ?? 0)
      if (both !== 0) total += ones(both)
    }
    return total
  }

  meets(other: Bitset): boolean {
    const { words } = this
    for (let w = 0; w < words.length; w++) if (((words[w] ?? 0) & (other.words[w] ?? 0)) !== 0) return true
    return false
  }

  forEach(visit: (i: number) => void): void {
    const { words } = this
    for (let w = 0; w < words.length; w++) {
      let word = words[w] ?? 0
      while (word !== 0) {
        const low = word & -word
        visit(w * BITS + (31 - Math.clz32(low)))
        word ^= low
      }
    }
  }
}

/** Bits set in 32, by adding neighbours in parallel. */
function ones(word: number): number {
  let n = word - ((word >>> 1) & 0x5555_5555)
  n = (n & 0x3333_3333) + ((n >>> 2) & 0x3333_3333)
  return Math.imul((n + (n >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}
