import { grown } from '../numbers/growable.ts'
import type { MachineId, Slot } from '../words/ids.ts'

/** Holders remembered of each fact: a share is then known to ±3 %, and 5,000 facts cost 5 MB. */
const SAMPLE_SIZE = 256

/**
 * For each fact, the machines with it that hash lowest ("bottom-k", Cohen & Kaplan, PODC 2007): a uniform sample that
 * depends neither on order nor on time. From it come the shares that pairs and spared groups need, without a
 * look at the whole fleet. A machine that has lost the fact stays until the reader passes over it.
 */
export class HolderSample {
  #machines = new Int32Array(0)
  #size = new Uint16Array(0)
  /** The highest hash in a full sample; a machine must be under it to come in. */
  #highest = new Uint32Array(0)

  reserve(slots: number): void {
    this.#machines = grown(this.#machines, slots * SAMPLE_SIZE)
    this.#size = grown(this.#size, slots)
    this.#highest = grown(this.#highest, slots)
  }

  add(slot: Slot, machine: MachineId): void {
    const size = this.#size[slot] ?? 0
    const hash = mix(machine)
    const base = slot * SAMPLE_SIZE
    if (size === SAMPLE_SIZE && hash >= (this.#highest[slot] ?? 0)) return
    for (let i = 0; i < size; i++) if (this.#machines[base + i] === machine) return
    if (size < SAMPLE_SIZE) {
      this.#machines[base + size] = machine
      this.#size[slot] = size + 1
    } else this.#machines[base + this.#worst(slot)] = machine
    if ((this.#size[slot] ?? 0) === SAMPLE_SIZE)
      this.#highest[slot] = mix(this.#machines[base + this.#worst(slot)] ?? 0)
  }

  of(slot: Slot): MachineId[] {
    if (slot < 0) return []
    const base = slot * SAMPLE_SIZE
    return [...this.#machines.subarray(base, base + (this.#size[slot] ?? 0))] as MachineId[]
  }

  clear(slot: Slot): void {
    this.#size[slot] = 0
  }

  save(): { machines: Int32Array; size: Uint16Array; highest: Uint32Array } {
    return { machines: this.#machines.slice(), size: this.#size.slice(), highest: this.#highest.slice() }
  }

  load(saved: ReturnType<HolderSample['save']>): void {
    this.#machines = saved.machines.slice()
    this.#size = saved.size.slice()
    this.#highest = saved.highest.slice()
  }

  get bytes(): number {
    return this.#machines.byteLength
  }

  #worst(slot: Slot): number {
    const base = slot * SAMPLE_SIZE
    let worst = 0
    let highest = -1
    for (let i = 0; i < SAMPLE_SIZE; i++) {
      const hash = mix(this.#machines[base + i] ?? 0)
      if (hash > highest) [worst, highest] = [i, hash]
    }
    return worst
  }
}

/** A 32-bit mix of a machine's id: the finaliser of MurmurHash3, so that neighbouring ids are unrelated. */
function mix(id: number): number {
  let h = Math.imul(id + 1, 0x9e3779b1)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
