const SLOT_MS = 1_000

/**
 * Timers for a hundred thousand machines: what falls due, by second. Setting one is a push; one that was set anew is left
 * where it was, and the caller ignores it when it comes (`dueAt` says when it truly is).
 */
export class TimingWheel<T extends { dueAt: number }> {
  readonly #slots = new Map<number, T[]>()
  #next: number

  constructor(now: number) {
    this.#next = Math.floor(now / SLOT_MS)
  }

  /** Sets the item's only timer; infinite takes it away. */
  set(item: T, at: number): void {
    if (item.dueAt === at) return
    item.dueAt = at
    if (!Number.isFinite(at)) return
    const slot = Math.max(Math.ceil(at / SLOT_MS), this.#next)
    const items = this.#slots.get(slot)
    if (items) items.push(item)
    else this.#slots.set(slot, [item])
  }

  /** Calls `fire` for each item whose time has come by `now`, once. */
  advance(now: number, fire: (item: T) => void): void {
    const last = Math.floor(now / SLOT_MS)
    if (last - this.#next > this.#slots.size) this.#skip(last)
    for (; this.#next <= last; this.#next++) {
      const items = this.#slots.get(this.#next)
      if (items === undefined) continue
      this.#slots.delete(this.#next)
      for (const item of items) {
        if (item.dueAt > now) continue
        item.dueAt = Number.POSITIVE_INFINITY
        fire(item)
      }
    }
  }

  /** A long leap (a virtual clock): visit the slots there are, not each second. */
  #skip(last: number): void {
    const due = [...this.#slots.keys()].filter((slot) => slot <= last).sort((a, b) => a - b)
    const items = due.flatMap((slot) => this.#slots.get(slot) ?? [])
    for (const slot of due) this.#slots.delete(slot)
    if (items.length > 0) this.#slots.set(last, items)
    this.#next = last
  }
}
