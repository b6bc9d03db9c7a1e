import type { FactRegistry, Population } from '../detect/index.ts'

/** Machines at risk beside one that failed, itself among them: with the newer version, and with the older. */
export interface Stratum {
  readonly newer: number
  readonly older: number
}

/** Ticks, of a second each, within which every practice is counted once. */
const ROUND_TICKS = 60
/** A practice of more machines is taken as it was counted last, within the minute, and not counted at each failure. */
const COUNTED_AT_ONCE = 100
/** A version whose machines changed by more since they were counted is still arriving: then the count says nothing. */
const MOVED = 0.2
/** So many machines more or less are no movement. */
const MOVED_MACHINES = 2

/** Machines of a practice by version and model: `[fact, model, machines, ...]`. */
type Tally = Int32Array
const FIELDS = 3

/**
 * Who is like whom: machines with two versions of a component, compared within one practice and hardware model where both
 * are there, else within the practice; and practices that have one version only with others of their region and model, or
 * else of the fleet. Each machine is in one of these groups, by what was known before the failure, as a stratified
 * comparison must have it.
 *
 * Practices are counted in turn, the fleet once a minute: 100,000 machines with 40 components take 1 ms a second.
 */
export class Census {
  readonly #population: Population
  readonly #facts: FactRegistry
  readonly #tallies: Tally[] = []
  /** Connected machines with a fact, when their practices were last counted. */
  readonly #totals = new Map<number, number>()
  /** Those in practices with no other version of its component, by region and model. */
  readonly #pools = new Map<number, Map<number, number>>()
  /** Whether the fleet has another version of the fact's component now. */
  #hasOthers: boolean[] = []
  #next = 0

  constructor(population: Population, facts: FactRegistry) {
    this.#population = population
    this.#facts = facts
  }

  /** Counts the practices whose turn it is. Call once a second. */
  tick(): void {
    const { sites } = this.#population
    const until = this.#next + Math.ceil(sites / ROUND_TICKS)
    for (; this.#next < until; this.#next++) {
      if (this.#next % Math.max(1, sites) === 0) this.#seeVersions()
      this.#count(this.#next % Math.max(1, sites))
    }
    if (sites > 0) this.#next %= sites
  }

  /** Counts all practices now: after a start, and in tests. */
  all(): void {
    this.#seeVersions()
    for (let site = 0; site < this.#population.sites; site++) this.#count(site)
  }

  /**
   * The group of a machine that failed with one of two versions; null where none can be compared.
   * @param has which of the two it had
   */
  stratum(machine: number, newer: number, older: number, has: 'newer' | 'older'): Stratum | null {
    const site = this.#population.siteOf(machine)
    if (site < 0) return null
    const own = this.#modelOf(machine)
    const isSmall = this.#population.machinesOf(site).length <= COUNTED_AT_ONCE
    if (!isSmall && (this.#isMoving(newer) || this.#isMoving(older))) return null
    const tally = isSmall ? this.#tallyOf(site) : (this.#tallies[site] ?? EMPTY)
    const groups = new Map<number, { newer: number; older: number }>()
    let others = 0
    for (let i = 0; i < tally.length; i += FIELDS) {
      const [fact, model, machines] = [tally[i], tally[i + 1] ?? 0, tally[i + 2] ?? 0]
      if (fact === newer || fact === older) {
        const group = groups.get(model) ?? { newer: 0, older: 0 }
        group[fact === newer ? 'newer' : 'older'] += machines
        groups.set(model, group)
      } else if (fact !== undefined && this.#isNamesake(fact, newer)) others += machines
    }
    // the machine itself was at risk, and may be counted as gone
    if (isSmall && !this.#population.isConnected(machine)) {
      const group = groups.get(own) ?? { newer: 0, older: 0 }
      group[has]++
      groups.set(own, group)
    }
    const all = summed(groups.values())
    if (isMixed(all)) return this.#within(groups, own)
    return others > 0 ? null : this.#amongPractices(site, own, newer, older)
  }

  /** The group of the machine's model where it has both versions, else those of all models that have not. */
  #within(groups: ReadonlyMap<number, { newer: number; older: number }>, own: number): Stratum | null {
    const group = groups.get(own)
    if (group && isMixed(group)) return group
    const rest = summed([...groups.values()].filter((one) => !isMixed(one)))
    return isMixed(rest) ? rest : null
  }

  #amongPractices(site: number, model: number, newer: number, older: number): Stratum | null {
    if (this.#isMoving(newer) || this.#isMoving(older)) return null
    const [withNewer, withOlder] = [this.#pools.get(newer), this.#pools.get(older)]
    if (!withNewer || !withOlder) return null
    const cell = cellOf(this.#population.regionOf(site), model)
    const near = { newer: withNewer.get(cell) ?? 0, older: withOlder.get(cell) ?? 0 }
    if (isMixed(near)) return near
    const rest = { newer: 0, older: 0 }
    for (const [one, machines] of withNewer) if ((withOlder.get(one) ?? 0) === 0) rest.newer += machines
    for (const [one, machines] of withOlder) if ((withNewer.get(one) ?? 0) === 0) rest.older += machines
    return isMixed(rest) ? rest : null
  }

  #isMoving(fact: number): boolean {
    const counted = this.#totals.get(fact) ?? 0
    const now = this.#population.connectedWith(fact)
    return Math.abs(now - counted) > MOVED * Math.max(now, counted) + MOVED_MACHINES
  }

  #isNamesake(fact: number, other: number): boolean {
    return this.#facts.get(fact).name === this.#facts.get(other).name
  }

  #seeVersions(): void {
    const alive = new Map<string, number>()
    for (let fact = 0; fact < this.#facts.size; fact++)
      if (this.#population.connectedWith(fact) > 0) {
        const { name } = this.#facts.get(fact)
        alive.set(name, (alive.get(name) ?? 0) + 1)
      }
    this.#hasOthers = Array.from(
      { length: this.#facts.size },
      (_, fact) => (alive.get(this.#facts.get(fact).name) ?? 0) > 1,
    )
  }

  #count(site: number): void {
    this.#book(site, this.#tallies[site] ?? EMPTY, -1)
    const tally = this.#tallyOf(site)
    this.#tallies[site] = tally
    this.#book(site, tally, 1)
  }

  /** Adds a practice to the totals, and to the pools what it has in one version only. */
  #book(site: number, tally: Tally, sign: 1 | -1): void {
    const versions = new Map<string, Set<number>>()
    for (let i = 0; i < tally.length; i += FIELDS) {
      const fact = tally[i] ?? 0
      const { name } = this.#facts.get(fact)
      versions.set(name, (versions.get(name) ?? new Set()).add(fact))
    }
    const region = this.#population.regionOf(site)
    for (let i = 0; i < tally.length; i += FIELDS) {
      const [fact = 0, model = 0, machines = 0] = tally.subarray(i, i + FIELDS)
      this.#totals.set(fact, (this.#totals.get(fact) ?? 0) + sign * machines)
      if ((versions.get(this.#facts.get(fact).name)?.size ?? 0) > 1) continue
      const pool = this.#pools.get(fact) ?? new Map<number, number>()
      this.#pools.set(fact, pool)
      const cell = cellOf(region, model)
      const left = (pool.get(cell) ?? 0) + sign * machines
      if (left > 0) pool.set(cell, left)
      else pool.delete(cell)
    }
  }

  /** Connected machines of a practice by fact and model, of facts that have other versions. */
  #tallyOf(site: number): Tally {
    const counts = new Map<number, Map<number, number>>()
    for (const machine of this.#population.machinesOf(site)) {
      if (!this.#population.isConnected(machine)) continue
      const model = this.#modelOf(machine)
      this.#population.forEachFact(machine, (fact) => {
        if (!this.#hasOthers[fact]) return
        const byModel = counts.get(fact) ?? new Map<number, number>()
        counts.set(fact, byModel.set(model, (byModel.get(model) ?? 0) + 1))
      })
    }
    const fields: number[] = []
    for (const [fact, byModel] of counts) for (const [model, machines] of byModel) fields.push(fact, model, machines)
    return Int32Array.from(fields)
  }

  /** The fact of a machine's hardware model, 0 for none: fact 0 stands in, and no machine has two. */
  #modelOf(machine: number): number {
    let model = 0
    this.#population.forEachFact(machine, (fact) => {
      if (this.#facts.get(fact).kind === 'model') model = fact
    })
    return model
  }
}

const EMPTY: Tally = new Int32Array(0)

/** More models than any fleet has. */
const MODELS = 1 << 20
const cellOf = (region: number, model: number): number => region * MODELS + model

const isMixed = ({ newer, older }: Stratum): boolean => newer > 0 && older > 0

function summed(groups: Iterable<Stratum>): { newer: number; older: number } {
  const all = { newer: 0, older: 0 }
  for (const { newer, older } of groups) {
    all.newer += newer
    all.older += older
  }
  return all
}
