import { grown } from '../numbers/growable.ts'
import { DAY } from '../numbers/seconds.ts'
import { LEFT_SECONDS } from '../words/ages.ts'
import type { FactId, MachineId } from '../words/ids.ts'

/** Seconds epoch of an arrival before we looked, or so long ago that nobody asks. */
export const BEFORE_WE_LOOKED = 0

/** An arrival is forgotten after this: the ranking's longest question is "within 14 days", ages are shown to a month. */
const SETTLED_SECONDS = 30 * DAY

/** Words of a recent entry: fact, arrived, left (0 while present). A settled fact is one word. */
const RECENT_WORDS = 3

/** Blocks are multiples of this many words; a machine's block moves when it outgrows it. */
const BLOCK_WORDS = 8

/** Per machine, so that a runaway updater cannot fill the memory; the oldest recent entry is forgotten, or settles. */
const MAX_RECENT = 64

/** All entries of one machine, five times a real one's; more are refused. */
const MAX_FACTS = 250

/** The facts of one machine as of one moment. Reused between calls: copy what must be kept. */
export class FactView {
  readonly present: FactId[] = []
  /** Seconds since arrival for each present fact; Infinity for before we looked. */
  readonly ages: number[] = []
  readonly former: FactId[] = []
  /** Seconds since each former fact left. */
  readonly formerAges: number[] = []
}

/**
 * Which facts each machine has, with arrival times for the recent ones: 4 bytes for a settled fact, 12 for one that
 * arrived, or left, not long ago. All machines share one block of words.
 */
export class Inventory {
  #words = new Int32Array(1024)
  #used = 0
  #offset = new Int32Array(0)
  #room = new Uint16Array(0)
  #recent = new Uint8Array(0)
  #settled = new Uint8Array(0)
  readonly #free = new Map<number, number[]>()

  reserve(machines: number): void {
    this.#offset = grown(this.#offset, machines)
    this.#room = grown(this.#room, machines)
    this.#recent = grown(this.#recent, machines)
    this.#settled = grown(this.#settled, machines)
  }

  /**
   * Seconds epoch of arrival of a fact that the machine has; {@link BEFORE_WE_LOOKED}, or null when it has it not.
   */
  arrival(machine: MachineId, fact: FactId): number | null {
    const words = this.#words
    const start = this.#offset[machine] ?? 0
    const settledStart = start + (this.#recent[machine] ?? 0) * RECENT_WORDS
    for (let i = start; i < settledStart; i += RECENT_WORDS) {
      if (words[i] === fact && words[i + 2] === 0) return words[i + 1] ?? 0
    }
    const end = settledStart + (this.#settled[machine] ?? 0)
    for (let i = settledStart; i < end; i++) if (words[i] === fact) return BEFORE_WE_LOOKED
    return null
  }

  /**
   * From when to when the machine had a fact, seconds epoch: `left` is null while it has it. Null where it never had it, or
   * lost it more than a day before `now`.
   */
  span(machine: MachineId, fact: FactId, now: number): { arrived: number; left: number | null } | null {
    const arrived = this.arrival(machine, fact)
    if (arrived !== null) return { arrived, left: null }
    const left = this.leftAt(machine, fact, now)
    return left === null
      ? null
      : { arrived: this.#words[this.#recentEntry(machine, fact) + 1] ?? BEFORE_WE_LOOKED, left }
  }

  /** Seconds epoch at which the fact left, if the machine had it within the last day before `now`; else null. */
  leftAt(machine: MachineId, fact: FactId, now: number): number | null {
    const entry = this.#recentEntry(machine, fact)
    if (entry < 0) return null
    const left = this.#words[entry + 2] ?? 0
    return left > 0 && left > now - LEFT_SECONDS ? left : null
  }

  /** Adds a fact that the machine has not; false when it has too many. Times in whole seconds epoch. */
  add(machine: MachineId, fact: FactId, arrived: number, now: number): boolean {
    const former = this.#recentEntry(machine, fact)
    if (former >= 0) this.#dropRecent(machine, former)
    this.#tidy(machine, now)
    if ((this.#recent[machine] ?? 0) + (this.#settled[machine] ?? 0) >= MAX_FACTS) return false
    if (arrived > now - SETTLED_SECONDS) {
      const end = this.#extend(machine, RECENT_WORDS)
      const settledStart = (this.#offset[machine] ?? 0) + (this.#recent[machine] ?? 0) * RECENT_WORDS
      this.#words.copyWithin(settledStart + RECENT_WORDS, settledStart, end)
      this.#words[settledStart] = fact
      this.#words[settledStart + 1] = arrived
      this.#words[settledStart + 2] = 0
      this.#recent[machine] = (this.#recent[machine] ?? 0) + 1
    } else this.#settle(machine, fact)
    return true
  }

  /** Takes a present fact away; it is remembered as former for a day. */
  remove(machine: MachineId, fact: FactId, left: number, now: number): void {
    const entry = this.#recentEntry(machine, fact)
    if (entry >= 0) {
      this.#words[entry + 2] = Math.max(1, left)
      return
    }
    const start = (this.#offset[machine] ?? 0) + (this.#recent[machine] ?? 0) * RECENT_WORDS
    const end = start + (this.#settled[machine] ?? 0)
    const index = this.#words.subarray(start, end).indexOf(fact)
    if (index < 0) return
    this.#words.copyWithin(start + index, start + index + 1, end)
    this.#settled[machine] = (this.#settled[machine] ?? 0) - 1
    this.add(machine, fact, now, now)
    const added = this.#recentEntry(machine, fact)
    this.#words[added + 1] = 1
    this.#words[added + 2] = Math.max(1, left)
  }

  /** Calls back for every present fact with its arrival, seconds epoch. */
  forEach(machine: MachineId, visit: (fact: FactId, arrived: number) => void): void {
    const words = this.#words
    const start = this.#offset[machine] ?? 0
    const settledStart = start + (this.#recent[machine] ?? 0) * RECENT_WORDS
    for (let i = start; i < settledStart; i += RECENT_WORDS) {
      if (words[i + 2] === 0) visit((words[i] ?? 0) as FactId, words[i + 1] ?? 0)
    }
    const end = settledStart + (this.#settled[machine] ?? 0)
    for (let i = settledStart; i < end; i++) visit((words[i] ?? 0) as FactId, BEFORE_WE_LOOKED)
  }

  /**
   * The facts as they were at `time` (seconds epoch, at most a day ago): one that arrived later is left out, one that
   * has left since is still present.
   */
  read(machine: MachineId, time: number, slack: number, view: FactView): void {
    view.present.length = view.ages.length = view.former.length = view.formerAges.length = 0
    const words = this.#words
    const start = this.#offset[machine] ?? 0
    const settledStart = start + (this.#recent[machine] ?? 0) * RECENT_WORDS
    for (let i = start; i < settledStart; i += RECENT_WORDS) {
      const arrived = words[i + 1] ?? 0
      const left = words[i + 2] ?? 0
      if (arrived > time + slack) continue
      if (left === 0 || left > time) {
        view.present.push((words[i] ?? 0) as FactId)
        view.ages.push(arrived <= 1 ? Number.POSITIVE_INFINITY : Math.max(0, time - arrived))
      } else if (left > time - LEFT_SECONDS) {
        view.former.push((words[i] ?? 0) as FactId)
        view.formerAges.push(time - left)
      }
    }
    const end = settledStart + (this.#settled[machine] ?? 0)
    for (let i = settledStart; i < end; i++) {
      view.present.push((words[i] ?? 0) as FactId)
      view.ages.push(Number.POSITIVE_INFINITY)
    }
  }

  /** Calls back for the facts that the machine had at `time`, seconds epoch, and that had come not long before, with their ages. */
  forEachRecent(machine: MachineId, time: number, slack: number, visit: (fact: FactId, age: number) => void): void {
    const words = this.#words
    const start = this.#offset[machine] ?? 0
    const end = start + (this.#recent[machine] ?? 0) * RECENT_WORDS
    for (let i = start; i < end; i += RECENT_WORDS) {
      const arrived = words[i + 1] ?? 0
      const left = words[i + 2] ?? 0
      if (arrived > 1 && arrived <= time + slack && (left === 0 || left > time))
        visit((words[i] ?? 0) as FactId, Math.max(0, time - arrived))
    }
  }

  save() {
    return {
      words: this.#words.slice(0, this.#used),
      offset: this.#offset.slice(),
      room: this.#room.slice(),
      recent: this.#recent.slice(),
      settled: this.#settled.slice(),
      free: [...this.#free].map(([size, starts]): [number, number[]] => [size, [...starts]]),
    }
  }

  load(saved: ReturnType<Inventory['save']>): void {
    this.#words = saved.words.slice()
    this.#used = saved.words.length
    this.#offset = saved.offset.slice()
    this.#room = saved.room.slice()
    this.#recent = saved.recent.slice()
    this.#settled = saved.settled.slice()
    for (const [size, starts] of saved.free) this.#free.set(size, [...starts])
  }

  /** Bytes held, for the bench. */
  get bytes(): number {
    return (
      this.#words.byteLength +
      this.#offset.byteLength +
      this.#room.byteLength +
      this.#recent.byteLength +
      this.#settled.byteLength
    )
  }

  #recentEntry(machine: MachineId, fact: FactId): number {
    const start = this.#offset[machine] ?? 0
    const end = start + (this.#recent[machine] ?? 0) * RECENT_WORDS
    for (let i = start; i < end; i += RECENT_WORDS) if (this.#words[i] === fact) return i
    return -1
  }

  #dropRecent(machine: MachineId, entry: number): void {
    const end =
      (this.#offset[machine] ?? 0) + (this.#recent[machine] ?? 0) * RECENT_WORDS + (this.#settled[machine] ?? 0)
    this.#words.copyWithin(entry, entry + RECENT_WORDS, end)
    this.#recent[machine] = (this.#recent[machine] ?? 0) - 1
  }

  /** Forgets former facts after a day and arrivals after a month, and makes room for one more recent fact. */
  #tidy(machine: MachineId, now: number): void {
    for (let i = (this.#recent[machine] ?? 0) - 1; i >= 0; i--) {
      const entry = (this.#offset[machine] ?? 0) + i * RECENT_WORDS
      const left = this.#words[entry + 2] ?? 0
      const full = i === 0 && (this.#recent[machine] ?? 0) >= MAX_RECENT
      if (left > 0) {
        if (left <= now - LEFT_SECONDS || full) this.#dropRecent(machine, entry)
      } else if ((this.#words[entry + 1] ?? 0) <= now - SETTLED_SECONDS || full) {
        const fact = (this.#words[entry] ?? 0) as FactId
        this.#dropRecent(machine, entry)
        this.#settle(machine, fact)
      }
    }
  }

  #settle(machine: MachineId, fact: FactId): void {
    const end = this.#extend(machine, 1)
    this.#words[end] = fact
    this.#settled[machine] = (this.#settled[machine] ?? 0) + 1
  }

  /** Makes room for `more` words in the machine's block; returns the index of its first unused word. */
  #extend(machine: MachineId, more: number): number {
    const size = (this.#recent[machine] ?? 0) * RECENT_WORDS + (this.#settled[machine] ?? 0)
    const room = this.#room[machine] ?? 0
    if (size + more > room) {
      const wanted = Math.ceil((size + more) / BLOCK_WORDS) * BLOCK_WORDS
      const start = this.#free.get(wanted)?.pop() ?? this.#allocate(wanted)
      const old = this.#offset[machine] ?? 0
      this.#words.copyWithin(start, old, old + size)
      if (room > 0) {
        const list = this.#free.get(room)
        if (list) list.push(old)
        else this.#free.set(room, [old])
      }
      this.#offset[machine] = start
      this.#room[machine] = wanted
    }
    return (this.#offset[machine] ?? 0) + size
  }

  #allocate(words: number): number {
    const start = this.#used
    this.#used += words
    this.#words = grown(this.#words, this.#used)
    return start
  }
}
