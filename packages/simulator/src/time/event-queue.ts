/** Called when an event is due, with the three numbers it was given. */
export type Handler = (a: number, b: number, c: number) => void

const FIRST_CAPACITY = 1 << 16

/**
 * What will happen, ordered by time: a binary heap over typed arrays, since a year of a fleet is a hundred million
 * events and an object for each would cost more than the simulation itself. An event is a time, the number of its
 * handler and three whole numbers of 32 bits. Events of the same time come in no promised order, but always the same.
 */
export class EventQueue {
  #size = 0
  #time = new Float64Array(FIRST_CAPACITY)
  #kind = new Uint8Array(FIRST_CAPACITY)
  #a = new Int32Array(FIRST_CAPACITY)
  #b = new Int32Array(FIRST_CAPACITY)
  #c = new Int32Array(FIRST_CAPACITY)
  readonly #handlers: Handler[] = []

  get size(): number {
    return this.#size
  }

  /** The number that stands for this handler in `push`; at most 256. */
  register(handler: Handler): number {
    if (this.#handlers.length === 256) throw new RangeError('An event queue has room for 256 kinds of event')
    return this.#handlers.push(handler) - 1
  }

  /** When the next event is due; Infinity when there is none. */
  nextAt(): number {
    return this.#size === 0 ? Infinity : this.#time[0]!
  }

  push(time: number, kind: number, a = 0, b = 0, c = 0): void {
    if (this.#size === this.#time.length) this.#grow()
    let hole = this.#size++
    while (hole > 0) {
      const parent = (hole - 1) >> 1
      if (this.#time[parent]! <= time) break
      this.#move(parent, hole)
      hole = parent
    }
    this.#set(hole, time, kind, a, b, c)
  }

  /** Takes the next event out and runs its handler. Nothing happens when there is none. */
  runNext(): void {
    if (this.#size === 0) return
    const handler = this.#handlers[this.#kind[0]!]!
    const a = this.#a[0]!
    const b = this.#b[0]!
    const c = this.#c[0]!
    this.#removeFirst()
    handler(a, b, c)
  }

  #removeFirst(): void {
    const last = --this.#size
    if (last === 0) return
    const time = this.#time[last]!
    const [kind, a, b, c] = [this.#kind[last]!, this.#a[last]!, this.#b[last]!, this.#c[last]!]
    let hole = 0
    for (;;) {
      let child = 2 * hole + 1
      if (child >= last) break
      if (child + 1 < last && this.#time[child + 1]! < this.#time[child]!) child++
      if (this.#time[child]! >= time) break
      this.#move(child, hole)
      hole = child
    }
    this.#set(hole, time, kind, a, b, c)
  }

  #set(i: number, time: number, kind: number, a: number, b: number, c: number): void {
    this.#time[i] = time
    this.#kind[i] = kind
    this.#a[i] = a
    this.#b[i] = b
    this.#c[i] = c
  }

  #move(from: number, to: number): void {
    this.#set(to, this.#time[from]!, this.#kind[from]!, this.#a[from]!, this.#b[from]!, this.#c[from]!)
  }

  #grow(): void {
    const n = this.#time.length * 2
    const time = new Float64Array(n)
    time.set(this.#time)
    this.#time = time
    const kind = new Uint8Array(n)
    kind.set(this.#kind)
    this.#kind = kind
    const wider = (old: Int32Array) => {
      const next = new Int32Array(n)
      next.set(old)
      return next
    }
    this.#a = wider(this.#a)
    this.#b = wider(this.#b)
    this.#c = wider(this.#c)
  }
}
