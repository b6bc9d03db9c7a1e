import { Bitset } from './bitset.ts'

/** A JavaScript set takes about 40 bytes an entry: above one in 320 of the capacity the bits are smaller. */
const DENSE_FROM = 1 / 320
const ALWAYS_SPARSE = 64

/** The machines that have one component, or are in one cohort: a list while they are few, bits when they are many. */
export class Membership {
  size = 0
  private few: Set<number> | undefined = new Set()
  private many: Bitset | undefined
  private capacity: number

  constructor(capacity: number) {
    this.capacity = capacity
  }

  has(i: number): boolean {
    return this.few ? this.few.has(i) : (this.many?.has(i) ?? false)
  }

  add(i: number): void {
    if (this.has(i)) return
    this.size++
    if (this.few) {
      this.few.add(i)
      if (this.size > Math.max(ALWAYS_SPARSE, this.capacity * DENSE_FROM)) this.toBits()
    } else this.many?.add(i)
  }

  delete(i: number): void {
    if (!this.has(i)) return
    this.size--
    this.few?.delete(i)
    this.many?.delete(i)
  }

  grow(capacity: number): void {
    this.capacity = capacity
    this.many?.grow(capacity)
  }

  /** Adds its machines to a selection. */
  addTo(selection: Bitset): void {
    if (this.many) selection.or(this.many)
    else for (const i of this.few ?? []) selection.add(i)
  }

  countIn(selection: Bitset): number {
    if (this.many) return this.many.countWith(selection)
    let total = 0
    for (const i of this.few ?? []) if (selection.has(i)) total++
    return total
  }

  /** How many of these it holds. */
  countOf(indexes: Uint32Array): number {
    let total = 0
    for (const i of indexes) if (this.has(i)) total++
    return total
  }

  toArray(): Uint32Array {
    return this.many?.toArray() ?? Uint32Array.from(this.few ?? [])
  }

  private toBits(): void {
    this.many = new Bitset(this.capacity)
    for (const i of this.few ?? []) this.many.add(i)
    this.few = undefined
  }
}
