/** Seeded random numbers (mulberry32), so that a failure can be run again. */
export class Random {
  private state: number

  constructor(seed: number) {
    this.state = seed
  }

  /** 0 <= x < 1 */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let t = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** 0 <= n < below */
  int(below: number): number {
    return Math.floor(this.next() * below)
  }

  chance(p: number): boolean {
    return this.next() < p
  }

  pick<T>(from: readonly T[]): T {
    return from[this.int(from.length)] as T
  }

  /** Or null, one time in four. */
  maybe<T>(from: readonly T[]): T | null {
    return this.chance(0.25) ? null : this.pick(from)
  }
}
