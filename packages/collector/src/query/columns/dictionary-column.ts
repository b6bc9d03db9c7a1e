import type { Bitset } from './bitset.ts'

/** Code of a machine without a value. */
const NONE = 0

/**
 * One attribute of every machine, as a small number that stands for its value. A predicate is asked once for each value,
 * not once for each machine. Values that no machine has any more give their number back.
 */
export class DictionaryColumn<T extends string | number> {
  /** by code; NONE has none */
  readonly values: (T | undefined)[] = [undefined]
  /** machines with each code */
  readonly counts: number[] = [0]
  codes: Uint32Array
  private readonly codeOf = new Map<T, number>()
  private readonly free: number[] = []

  constructor(capacity: number) {
    this.codes = new Uint32Array(capacity)
  }

  get(i: number): T | undefined {
    return this.values[this.codes[i] ?? NONE]
  }

  set(i: number, value: T | null): void {
    const before = this.codes[i] ?? NONE
    const code = value === null ? NONE : (this.codeOf.get(value) ?? this.newCode(value))
    if (code === before) return
    this.codes[i] = code
    this.counts[code] = (this.counts[code] ?? 0) + 1
    const left = (this.counts[before] ?? 0) - 1
    this.counts[before] = left
    if (left === 0 && before !== NONE) this.release(before)
  }

  grow(capacity: number): void {
    const codes = new Uint32Array(capacity)
    codes.set(this.codes)
    this.codes = codes
  }

  /** Adds to `into` the machines whose value is wanted. Machines without a value are not asked. */
  select(wanted: (value: T) => boolean, into: Bitset): void {
    const takes = new Uint8Array(this.values.length)
    let any = false
    for (const [code, value] of this.values.entries()) {
      if (value === undefined || !wanted(value)) continue
      takes[code] = 1
      any = true
    }
    if (any) this.collect(takes, into)
  }

  /** How many of these machines have each code. */
  countOf(indexes: Uint32Array): Uint32Array {
    const { codes } = this
    const totals = new Uint32Array(this.values.length)
    for (let at = 0; at < indexes.length; at++) {
      const code = codes[indexes[at] ?? 0] ?? NONE
      totals[code] = (totals[code] ?? 0) + 1
    }
    return totals
  }

  private collect(takes: Uint8Array, into: Bitset): void {
    const { codes } = this
    const { words } = into
    for (let w = 0, i = 0; i < codes.length; w++) {
      let word = 0
      for (let bit = 0; bit < 32; bit++, i++) word |= (takes[codes[i] ?? NONE] ?? 0) << bit
      words[w] = (words[w] ?? 0) | word
    }
  }

  private newCode(value: T): number {
    const code = this.free.pop() ?? this.values.length
    this.values[code] = value
    this.counts[code] = 0
    this.codeOf.set(value, code)
    return code
  }

  private release(code: number): void {
    const value = this.values[code]
    if (value !== undefined) this.codeOf.delete(value)
    this.values[code] = undefined
    this.free.push(code)
  }
}
