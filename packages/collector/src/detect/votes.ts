import { CLASS_COUNT, rule, SITE } from './classes.ts'
import { at, grown } from './growable.ts'
import type { Machines } from './machines.ts'
import { MEMORIES } from './memory.ts'

/** Practices of one region that go dark share its network: their votes renew over this many seconds. */
const REGION_RENEWAL = 900
/** A region's vote smaller than this does not use up the next one. */
const LEAST_REGION_VOTE = 0.05

/** One vote: its weights by memory, and what must be put back when it is taken back. */
export interface Vote {
  readonly weights: readonly number[]
  readonly machineBefore: number
  readonly siteBefore: number
}

/**
 * One machine one vote per class and cool-down; one practice one renewing vote: its weight under memory τ is
 * w = 1 − e^(−Δ/τ) with Δ the seconds since that practice's last vote, so that a practice as a whole weighs no more than
 * about one per τ however many of its machines fail. Whole dark practices share their region's vote in the same way.
 */
export class Votes {
  readonly #machines: Machines
  #site = new Uint32Array(0)
  readonly #region = new Map<number, number>()

  constructor(machines: Machines) {
    this.#machines = machines
  }

  reserve(sites: number): void {
    this.#site = grown(this.#site, sites * CLASS_COUNT)
  }

  /** The machine's vote now (seconds epoch), or null when it has had it. */
  cast(machine: number, site: number, region: number, cls: number, now: number): Vote | null {
    const m = machine * CLASS_COUNT + cls
    const machineBefore = at(this.#machines.lastVote, m)
    if (now - machineBefore < rule(cls).coolDown) return null
    const s = site * CLASS_COUNT + cls
    const siteBefore = at(this.#site, s)
    const share = cls === SITE ? this.#regionShare(region, now) : 1
    const since = Math.max(0, now - siteBefore)
    const second = Math.floor(now)
    this.#machines.lastVote[m] = second
    this.#site[s] = second
    return { weights: MEMORIES.map((tau) => (1 - Math.exp(-since / tau)) * share), machineBefore, siteBefore }
  }

  /** The vote never was: machine and practice may vote again, unless they have since. */
  takeBack(machine: number, site: number, cls: number, castAt: number, vote: Vote): void {
    const second = Math.floor(castAt)
    const m = machine * CLASS_COUNT + cls
    if (at(this.#machines.lastVote, m) === second) this.#machines.lastVote[m] = vote.machineBefore
    const s = site * CLASS_COUNT + cls
    if (at(this.#site, s) === second) this.#site[s] = vote.siteBefore
  }

  #regionShare(region: number, now: number): number {
    const last = this.#region.get(region)
    const share = last === undefined ? 1 : Math.min(1, Math.max(0, now - last) / REGION_RENEWAL)
    if (share > LEAST_REGION_VOTE) this.#region.set(region, now)
    return share
  }

  merge(other: Votes): void {
    this.#site = grown(this.#site, other.#site.length)
    for (let i = 0; i < other.#site.length; i++) this.#site[i] = Math.max(at(this.#site, i), at(other.#site, i))
    for (const [region, last] of other.#region) this.#region.set(region, Math.max(last, this.#region.get(region) ?? 0))
  }

  save(): { site: Uint32Array; region: [number, number][] } {
    return { site: this.#site.slice(), region: [...this.#region] }
  }

  load(saved: ReturnType<Votes['save']>): void {
    this.#site = saved.site.slice()
    for (const [region, last] of saved.region) this.#region.set(region, last)
  }

  get bytes(): number {
    return this.#site.byteLength
  }
}
