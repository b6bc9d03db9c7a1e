import { othersTurn } from '@pumphandle/shared/others-turn'

const DIGIT_BITS = 16
const BUCKETS = 1 << DIGIT_BITS
const WORDS = 2
const DIGITS = (WORDS * 32) / DIGIT_BITS

/** Writes a number for each index into `into`. */
type NumbersOf = (indexes: Uint32Array, into: Float64Array) => void

/**
 * A stable sort of indexes by numbers that they have, one sort after the other. Everything is in three arrays that are
 * made once: a million machines would otherwise leave 80 MB of them behind.
 */
export class RadixSort {
  /** In the order of the sorts so far. */
  indexes: Uint32Array
  /** Free between two sorts; as long as the indexes. */
  readonly numbers: Float64Array
  #positions: Uint32Array
  #next: Uint32Array

  constructor(indexes: Uint32Array) {
    this.indexes = indexes
    this.numbers = new Float64Array(indexes.length)
    this.#positions = new Uint32Array(indexes.length)
    this.#next = new Uint32Array(indexes.length)
  }

  /** Digit by digit from the lowest; digits that are equal throughout cost no pass. A pass takes about 20 ms a million. */
  async by(numbersOf: NumbersOf): Promise<void> {
    const { length } = this.indexes
    numbersOf(this.indexes, this.numbers)
    const words = sortableBits(this.numbers)
    for (let at = 0; at < length; at++) this.#positions[at] = at
    for (let digit = 0; digit < DIGITS; digit++) {
      await othersTurn()
      // what comes before each bucket, counted at the next one
      const starts = new Uint32Array(BUCKETS + 1)
      for (let at = 0; at < length; at++) bump(starts, digitOf(words, at, digit) + 1)
      if (starts[digitOf(words, 0, digit) + 1] === length) continue
      for (let b = 1; b <= BUCKETS; b++) starts[b] = (starts[b] ?? 0) + (starts[b - 1] ?? 0)
      for (let p = 0; p < length; p++) {
        const at = this.#positions[p] ?? 0
        this.#next[bump(starts, digitOf(words, at, digit))] = at
      }
      this.#swap()
    }
    for (let p = 0; p < length; p++) this.#next[p] = this.indexes[this.#positions[p] ?? 0] ?? 0
    const sorted = this.#next
    this.#next = this.indexes
    this.indexes = sorted
  }

  #swap(): void {
    const next = this.#positions
    this.#positions = this.#next
    this.#next = next
  }
}

/** Adds one; returns what it was. */
function bump(counts: Uint32Array, at: number): number {
  const before = counts[at] ?? 0
  counts[at] = before + 1
  return before
}

/** Turns doubles, where they are, into pairs of words that compare as they do: negatives have all bits turned, others the sign. */
function sortableBits(numbers: Float64Array): Uint32Array {
  // -0 has another sign bit than 0, and is equal to it
  for (let at = 0; at < numbers.length; at++) numbers[at] = (numbers[at] ?? 0) + 0
  const words = new Uint32Array(numbers.buffer)
  for (let w = 0; w < words.length; w += WORDS) {
    const top = words[w + 1] ?? 0
    const mask = top >>> 31 ? 0xffff_ffff : 0
    words[w] = (words[w] ?? 0) ^ mask
    words[w + 1] = top ^ (mask | 0x8000_0000)
  }
  return words
}

function digitOf(words: Uint32Array, at: number, digit: number): number {
  const word = words[at * WORDS + (digit >>> 1)] ?? 0
  return (word >>> ((digit & 1) * DIGIT_BITS)) & (BUCKETS - 1)
}
