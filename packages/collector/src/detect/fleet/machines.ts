import { grown } from '../numbers/growable.ts'
import { CLASS_COUNT } from '../words/classes.ts'
import type { MachineId, SiteId } from '../words/ids.ts'

/** What is kept of each machine besides its facts: 79 bytes. Times are whole seconds epoch, 0 for never. */
export class Machines {
  #count = 0
  site = new Int32Array(0)
  boot = new Uint32Array(0)
  bootAt = new Uint32Array(0)
  connected = new Uint8Array(0)
  /** Last counted vote, machine × class. */
  lastVote = new Uint32Array(0)
  lastCrash = new Uint32Array(0)
  previousCrash = new Uint32Array(0)
  /** When it said that it shuts down, until it is back or judged absent. */
  shutAt = new Uint32Array(0)
  /** When it was enrolled: a crash of before, which an agent tells on its first day, befell in time that nobody watched. */
  watchedSince = new Uint32Array(0)
  /** 1 where it is a newcomer without a voice; see MachineObservation. */
  mute = new Uint8Array(0)

  /** One more than the highest machine id seen. */
  get count(): number {
    return this.#count
  }

  reserve(machines: number): void {
    if (machines <= this.#count) return
    this.site = grown(this.site, machines, -1)
    if (this.#count === 0) this.site.fill(-1)
    this.boot = grown(this.boot, machines)
    this.bootAt = grown(this.bootAt, machines)
    this.connected = grown(this.connected, machines)
    this.lastVote = grown(this.lastVote, machines * CLASS_COUNT)
    this.lastCrash = grown(this.lastCrash, machines)
    this.previousCrash = grown(this.previousCrash, machines)
    this.shutAt = grown(this.shutAt, machines)
    this.watchedSince = grown(this.watchedSince, machines)
    this.mute = grown(this.mute, machines)
    this.#count = machines
  }

  /** All that have been placed. */
  *known(): Generator<MachineId> {
    for (let m = 0 as MachineId; m < this.#count; m++) if (this.isKnown(m)) yield m
  }

  isKnown(machine: MachineId): boolean {
    return machine < this.#count && (this.site[machine] ?? 0) >= 0
  }

  hasVoice(machine: MachineId): boolean {
    return this.mute[machine] !== 1
  }

  isConnected(machine: MachineId): boolean {
    return this.connected[machine] === 1
  }

  siteOf(machine: MachineId): SiteId {
    return (this.site[machine] ?? 0) as SiteId
  }

  save() {
    const { site, boot, bootAt, connected, lastVote, lastCrash, previousCrash, shutAt, watchedSince, mute } = this
    const arrays = { site, boot, bootAt, connected, lastVote, lastCrash, previousCrash, shutAt, watchedSince, mute }
    return structuredClone({ count: this.#count, ...arrays })
  }

  load(saved: ReturnType<Machines['save']>): void {
    const { count, ...arrays } = structuredClone(saved)
    this.#count = count
    Object.assign(this, arrays)
    // a snapshot from before there were newcomers has none
    this.mute = grown(this.mute, count)
  }

  get bytes(): number {
    const arrays = [
      this.site,
      this.boot,
      this.bootAt,
      this.connected,
      this.lastVote,
      this.lastCrash,
      this.previousCrash,
      this.shutAt,
      this.watchedSince,
      this.mute,
    ]
    return arrays.reduce((sum, a) => sum + a.byteLength, 0)
  }
}
