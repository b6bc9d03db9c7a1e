import type { Machines } from '../fleet/machines.ts'
import { grown } from '../numbers/growable.ts'
import { MEMORIES, MEMORY_COUNT } from '../numbers/memory.ts'
import { CLASS_COUNT, CLASSES, type ClassId, SITE } from '../words/classes.ts'
import type { Vote } from '../words/failure.ts'
import type { MachineId, RegionId, SiteId } from '../words/ids.ts'
import { effectOfOneMore } from './dependence.ts'

/** Practices of one region that go dark share its network: their votes renew over this many seconds. */
const REGION_RENEWAL = 900
/** A region's vote smaller than this does not use up the next one. */
const LEAST_REGION_VOTE = 0.05

/** Who votes, and how much the practices' failures of its kind depend on one another. */
export interface Voter {
  readonly machine: MachineId
  readonly site: SiteId
  readonly region: RegionId
  readonly cls: ClassId
  /** Intra-practice correlation of such failures, 0 to 1; see dependence.ts. */
  readonly correlation: number
}

/**
 * One machine one vote per class and cool-down. The votes of one practice depend on one another, by their class: each
 * weighs what it adds to the practice's effective number of failures under memory τ ({@link effectOfOneMore}). Where
 * failures strike a whole practice at once (a power cut), that is w = 1 − e^(−Δ/τ) with Δ the seconds since its last
 * vote, so that the practice weighs no more than about one per τ however many of its machines fail. Whole dark practices
 * share their region's vote in the same way.
 */
export class Votes {
  readonly #machines: Machines
  /** By practice and class: when it voted last, and by memory its effective number of failures then. */
  #site = new Uint32Array(0)
  #effect = new Float32Array(0)
  readonly #region = new Map<RegionId, number>()

  constructor(machines: Machines) {
    this.#machines = machines
  }

  reserve(sites: number): void {
    this.#site = grown(this.#site, sites * CLASS_COUNT)
    this.#effect = grown(this.#effect, sites * CLASS_COUNT * MEMORY_COUNT)
  }

  /**
   * The machine's vote now (seconds epoch), or null when it has had it.
   * @param isAnew what it voted for before is over, and this is another matter
   */
  cast({ machine, site, region, cls, correlation }: Voter, now: number, isAnew = false): Vote | null {
    const m = machine * CLASS_COUNT + cls
    const machineBefore = this.#machines.lastVote[m] ?? 0
    if (!isAnew && now - machineBefore < CLASSES[cls].coolDown) return null
    const s = site * CLASS_COUNT + cls
    const siteBefore = this.#site[s] ?? 0
    const share = cls === SITE ? this.#regionShare(region, now) : 1
    const since = Math.max(0, now - siteBefore)
    const second = Math.floor(now)
    this.#machines.lastVote[m] = second
    this.#site[s] = second
    const effectBefore = MEMORIES.map((_, j) => this.#effect[s * MEMORY_COUNT + j] ?? 0)
    const weights = MEMORIES.map((tau, j) => {
      const e = s * MEMORY_COUNT + j
      const before = (effectBefore[j] ?? 0) * Math.exp(-since / tau)
      const more = effectOfOneMore(before, correlation)
      this.#effect[e] = before + more
      return more * share
    })
    return { weights, machineBefore, siteBefore, effectBefore }
  }

  /** The vote never was: machine and practice may vote again, unless they have since. */
  takeBack(machine: MachineId, site: SiteId, cls: ClassId, castAt: number, vote: Vote): void {
    const second = Math.floor(castAt)
    const m = machine * CLASS_COUNT + cls
    if ((this.#machines.lastVote[m] ?? 0) === second) this.#machines.lastVote[m] = vote.machineBefore
    const s = site * CLASS_COUNT + cls
    if ((this.#site[s] ?? 0) !== second) return
    this.#site[s] = vote.siteBefore
    vote.effectBefore.forEach((effect, j) => {
      this.#effect[s * MEMORY_COUNT + j] = effect
    })
  }

  #regionShare(region: RegionId, now: number): number {
    const last = this.#region.get(region)
    const share = last === undefined ? 1 : Math.min(1, Math.max(0, now - last) / REGION_RENEWAL)
    if (share > LEAST_REGION_VOTE) this.#region.set(region, now)
    return share
  }

  save(): { site: Uint32Array; effect: Float32Array; region: [RegionId, number][] } {
    return { site: this.#site.slice(), effect: this.#effect.slice(), region: [...this.#region] }
  }

  load(saved: ReturnType<Votes['save']>): void {
    this.#site = saved.site.slice()
    this.#effect = saved.effect.slice()
    for (const [region, last] of saved.region) this.#region.set(region, last)
  }

  get bytes(): number {
    return this.#site.byteLength + this.#effect.byteLength
  }
}
