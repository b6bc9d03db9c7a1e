/**
 * A stream of random numbers that is the same for the same seed on every machine: sfc32 by Chris Doty-Humphrey, from
 * PractRand, https://pracrand.sourceforge.net. Not for secrets.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: number) {
    this.#a = 0x9e3779b9 ^ seed
    this.#b = 0x243f6a88 ^ Math.imul(seed, 0x85ebca6b)
    this.#c = 0xb7e15162
    // the state of nearby seeds is alike for the first dozen numbers
    for (let i = 0; i < 20; i++) this.next()
  }

  /** Uniform in [0, 1). */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return (sum >>> 0) / 4294967296
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  /** Uniform in [from, to). */
  uniform(from: number, to: number): number {
    return from + (to - from) * this.next()
  }

  /** A whole number from 0 to below `n`. */
  below(n: number): number {
    return Math.floor(n * this.next())
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next())
  }

  /** Normal with mean 0 and standard deviation 1, by Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next())
  }

  /** One of the weighted values; weights need not add up to 1. */
  weighted<T>(choices: readonly (readonly [T, number])[]): T {
    let rest = this.next() * choices.reduce((sum, [, weight]) => sum + weight, 0)
    for (const [value, weight] of choices) {
      rest -= weight
      if (rest < 0) return value
    }
    const last = choices.at(-1)
    if (!last) throw new RangeError('There is nothing to choose from')
    return last[0]
  }
}

/**
 * A fixed number in [0, 1) for two whole numbers: what a machine decides the same way every time it is asked, such as
 * whether it belongs to the first 5 % of a roll-out. The mixer of MurmurHash3's finaliser, on two words.
 */
export function hash01(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35)
  h ^= h >>> 15
  h = Math.imul(h, 0x2c1b3c6d)
  h ^= h >>> 12
  h = Math.imul(h, 0x297a2d39)
  h ^= h >>> 15
  return (h >>> 0) / 4294967296
}
