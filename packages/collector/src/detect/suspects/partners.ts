import type { Fleet } from '../fleet/fleet.ts'
import { BEFORE_WE_LOOKED } from '../fleet/inventory.ts'
import { LEFT_SECONDS } from '../words/ages.ts'
import type { FactRegistry } from '../words/facts.ts'
import type { FailureRecord } from '../words/failure.ts'
import type { FactId, MachineId, SiteId } from '../words/ids.ts'

/** A group of fewer practices says nothing about shares. */
const LEAST_SAMPLE_PRACTICES = 6
const LEAST_FAILED = 3
/** Natural-log evidence beyond the price of searching, before a partner is named. */
const MARGIN = 3
/** A sensor's version is named rather than its product when it explains better by this (natural log). */
const NARROW = 3
/** A version that nearly all exposed machines have cannot tell the failed from the well. */
const NEARLY_ALL = 0.95
/** A version takes part when its machines fail at more than this share of the average. */
const TAKES_PART = 0.5

/** The fact together with which the suspect fails. */
export interface Partner {
  /** The version that explains most, and all versions of the component that take part. */
  readonly fact: FactId
  readonly versions: readonly FactId[]
  /** Natural-log evidence for it, beyond the price of searching. */
  readonly score: number
  /** Share of the suspect's exposed machines that have one of the versions, each practice weighing one. */
  readonly share: number
}

/** Shares of facts among exposed machines, each practice weighing one. */
export interface ExposedSample {
  readonly machines: number
  readonly practices: number
  /** Summed practice-weights by fact; divide by `practices` for a share. */
  readonly weight: ReadonlyMap<FactId, number>
}

/** At which moment a machine that has the suspect is compared with those that failed. Seconds. */
export interface Moment {
  readonly now: number
  /**
   * From the suspect's arrival to failure, in the middle of those that failed; infinite where it was there before we
   * looked.
   */
  readonly age: number
}

/**
 * What the machine had when it was as old in the suspect as those that failed: these keep the versions of that hour, while
 * the well ones move on, so that what they have now would tell the two apart. What was replaced longer ago is forgotten.
 */
function factsThen(fleet: Fleet, machine: MachineId, arrived: number, { now, age }: Moment): readonly FactId[] {
  const then = arrived === BEFORE_WE_LOOKED ? now : Math.min(now, arrived + age)
  return fleet.factsAt(machine, Math.max(then, now - LEFT_SECONDS)).present
}

/**
 * Looks at the sample of the fact's holders that are connected or `failed`. `otherwise` excludes machines whose failures
 * another incident explains, for these would seem spared.
 */
export function exposedSample(
  fleet: Fleet,
  fact: FactId,
  moment: Moment,
  failed: (machine: MachineId) => boolean,
  otherwise: (machine: MachineId) => boolean,
): ExposedSample {
  const slot = fleet.exposure.slots.find(fact)
  const bySite = new Map<SiteId, { machine: MachineId; arrived: number }[]>()
  let machines = 0
  for (const machine of fleet.sample.of(slot)) {
    const arrived = fleet.inventory.arrival(machine, fact)
    if (arrived === null) continue
    if ((!fleet.machines.isConnected(machine) && !failed(machine)) || otherwise(machine)) continue
    machines++
    const site = fleet.machines.siteOf(machine)
    const list = bySite.get(site)
    if (list) list.push({ machine, arrived })
    else bySite.set(site, [{ machine, arrived }])
  }
  const weight = new Map<FactId, number>()
  for (const list of bySite.values()) {
    for (const { machine, arrived } of list)
      for (const f of factsThen(fleet, machine, arrived, moment)) weight.set(f, (weight.get(f) ?? 0) + 1 / list.length)
  }
  return { machines, practices: bySite.size, weight }
}

/**
 * Whether machines that have the suspect but not the partner are seen to be well: at least {@link LEAST_FAILED} of the
 * sample. Harm that shows at a boot spares nobody who has not started since: where a patch night is the first time that
 * anybody restarts, the patch is on all who fail and needs no part in it.
 * @param atBoot whether only machines that started since the suspect's arrival have been put to the test
 */
export function isSparedWithout(
  fleet: Fleet,
  fact: FactId,
  moment: Moment,
  partner: Partner,
  atBoot: boolean,
): boolean {
  const { inventory, machines } = fleet
  const spared = fleet.sample.of(fleet.exposure.slots.find(fact)).filter((machine) => {
    const arrived = inventory.arrival(machine, fact)
    if (arrived === null || !machines.isConnected(machine)) return false
    if (atBoot && (machines.bootAt[machine] ?? 0) <= arrived) return false
    const then = factsThen(fleet, machine, arrived, moment)
    return partner.versions.every((version) => !then.includes(version))
  })
  return spared.length >= LEAST_FAILED
}

/**
 * Whether the suspect fails only together with some other component. For each component (all its versions, and "has it
 * not") the versions' shares among failed machines are compared with those among exposed ones by a two-sample likelihood
 * ratio, G = Σ k ln(k/(n p)) + Σ s ln(s/(S p)) with p the pooled share (Sokal & Rohlf, Biometry §17). The price of having
 * searched is ln(components) + (versions − 1). Practices, not machines, are the units on both sides.
 */
export function findPartner(
  facts: FactRegistry,
  suspect: FactId,
  failures: readonly FailureRecord[],
  sample: ExposedSample,
): Partner | null {
  const { failed, total } = failedByPractice(failures)
  if (isTooFew(total, sample)) return null
  const components = new Map<string, FactId[]>()
  for (const fact of new Set([...failed.keys(), ...sample.weight.keys()])) {
    const { name, kind } = facts.get(fact)
    // Content changes by the hour, so that its versions differ between then and now and not between failed and well.
    if (kind === 'content' || name === facts.get(suspect).name) continue
    const list = components.get(name)
    if (list) list.push(fact)
    else components.set(name, [fact])
  }
  let best: Partner | null = null
  for (const versions of components.values()) {
    if (versions.some((v) => (sample.weight.get(v) ?? 0) > NEARLY_ALL * sample.practices)) continue
    const narrow = versions.some((v) => facts.get(v).kind === 'sensor') ? NARROW : 0
    const partner = comparePartner(versions, failed, total, sample, Math.log(components.size) + MARGIN + narrow)
    if (partner && (best === null || partner.score > best.score)) best = partner
  }
  return best
}

/**
 * Whether what was held to be the cause, and is the condition at most, has a part in the suspect's failures: more of those
 * that failed have it than of those that have the suspect, beyond luck. True where too few are known to tell.
 */
export function hasPart(condition: Partner, failures: readonly FailureRecord[], sample: ExposedSample): boolean {
  const { failed, total } = failedByPractice(failures)
  return isTooFew(total, sample) || comparePartner([condition.fact], failed, total, sample, MARGIN + NARROW) !== null
}

/** Practices in which machines failed, and how many of them by fact, each practice weighing one. */
function failedByPractice(failures: readonly FailureRecord[]): { failed: Map<FactId, number>; total: number } {
  const bySite = Map.groupBy(failures, (r) => r.site)
  const failed = new Map<FactId, number>()
  for (const records of bySite.values()) {
    for (const record of records)
      for (const fact of record.facts) failed.set(fact, (failed.get(fact) ?? 0) + 1 / records.length)
  }
  return { failed, total: bySite.size }
}

function isTooFew(failedPractices: number, sample: ExposedSample): boolean {
  return sample.practices < LEAST_SAMPLE_PRACTICES || failedPractices < LEAST_FAILED
}

function comparePartner(
  versions: readonly FactId[],
  failed: ReadonlyMap<FactId, number>,
  total: number,
  sample: ExposedSample,
  price: number,
): Partner | null {
  let absentFailed = total
  let absentExposed = sample.practices
  let g = 0
  let best: { fact: FactId | null; gain: number } = { fact: null, gain: 0 }
  const takePart: FactId[] = []
  let exposed = 0
  for (const version of versions) {
    const k = failed.get(version) ?? 0
    const s = sample.weight.get(version) ?? 0
    absentFailed -= k
    absentExposed -= s
    const gain = likelihoodRatio(k, total, s, sample.practices)
    g += gain
    if (k / total > TAKES_PART * (s / sample.practices)) {
      takePart.push(version)
      exposed += s
    }
    const own = k > 0 ? k * Math.log(k / total / Math.max(1e-9, (k + s) / (total + sample.practices))) : 0
    if (own > best.gain) best = { fact: version, gain: own }
  }
  g += likelihoodRatio(Math.max(0, absentFailed), total, Math.max(0, absentExposed), sample.practices)
  const score = g - (versions.length - 1) - price
  if (score <= 0 || best.fact === null) return null
  return { fact: best.fact, versions: takePart, score, share: Math.min(1, exposed / sample.practices) }
}

/** One cell's part of G for k of n against s of m. */
function likelihoodRatio(k: number, n: number, s: number, m: number): number {
  const pooled = (k + s) / (n + m)
  if (pooled <= 0) return 0
  return (k > 0 ? k * Math.log(k / n / pooled) : 0) + (s > 0 ? s * Math.log(s / m / pooled) : 0)
}
