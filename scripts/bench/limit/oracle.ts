import { LEAST_MACHINES, LEAST_OWNERS } from '../../../packages/collector/src/detect/cases/judge.ts'
import { RETURN_SECONDS } from '../../../packages/collector/src/detect/words/classes.ts'
import {
  ACTIVE_VERSIONS,
  awayStill,
  BACKGROUND,
  QUIET_SECONDS,
  REPORT_SECONDS,
  SHOCK_SECONDS,
  SILENCE_SECONDS,
  siteOf,
} from './fleet.ts'
import { type Cell, PACE, type Struck } from './outage.ts'

/** A version is replaced after so many days, so that so many are tried in a year. */
const LIFETIME_DAYS = 14
const TRIED_A_YEAR = ACTIVE_VERSIONS * (365 / LIFETIME_DAYS)

/**
 * ln of the likelihood ratio at which the oracle raises. Under no harm a ratio is a martingale of mean 1, which ever passes
 * e^h with a chance of at most e^−h (Ville): with one trial for each version of a year, one false incident a year.
 * @param budget false incidents a year
 */
export const thresholdOf = (budget: number): number => Math.log(TRIED_A_YEAR / budget)

/** Background of the kind's evidence, by the machine-second, and how long a failure takes to be known. */
const EVIDENCE = {
  crash: { rate: (BACKGROUND.crash * BACKGROUND.crashInDriver) / 3_600, knownAfter: REPORT_SECONDS },
  silence: {
    rate: (BACKGROUND.loss + BACKGROUND.blip + BACKGROUND.shock * BACKGROUND.shockTakes) / 3_600,
    knownAfter: SILENCE_SECONDS,
  },
  service: { rate: BACKGROUND.service / 3_600, knownAfter: 1 },
} as const

export interface Known {
  /** Seconds after START. */
  readonly at: number
  /** Failures known then. */
  readonly failures: number
}

/**
 * When the sequential likelihood ratio of the bad version against no harm passes the threshold. It knows the share, the delay's
 * distribution and every background rate: nothing that raises as rarely is earlier on average (Wald 1945; Lorden 1971).
 * Undefined where it does not within the run.
 * @param isWary whether it says nothing on the word of so few machines that somebody may have made them up, nor of restarts that
 *   a good update may take, as the detector
 */
export function oracle(cell: Cell, struck: readonly Struck[], budget: number, isWary = false): Known | undefined {
  return cell.kind === 'no-return'
    ? byReturns(cell, struck, budget, isWary)
    : byFailures({ ...cell, kind: cell.kind }, struck, budget, isWary)
}

function isEnough(kind: Cell['kind'], failed: readonly Struck[]): boolean {
  const sites = new Set(failed.map(({ machine }) => siteOf(machine))).size
  return failed.length >= LEAST_MACHINES || (kind === 'crash' && sites >= LEAST_OWNERS)
}

function byFailures(
  { share, speed, kind }: Cell & { kind: keyof typeof EVIDENCE },
  struck: readonly Struck[],
  budget: number,
  isWary: boolean,
): Known | undefined {
  const { mean, horizon } = PACE[speed]
  const { rate, knownAfter } = EVIDENCE[kind]
  /** ln of the chance to be well so long after arrival. */
  const logWell = (age: number): number => (age <= 0 ? 0 : Math.log(1 - share + share * Math.exp(-age / mean)))
  const hazard = (age: number): number =>
    ((share / mean) * Math.exp(-age / mean)) / (1 - share + share * Math.exp(-age / mean))
  const failures = struck.filter(({ failed }) => Number.isFinite(failed)).toSorted((a, b) => a.failed - b.failed)
  let gain = 0
  const lastOf = new Map<number, number>()
  for (const [i, { machine, arrived, failed }] of failures.entries()) {
    // what falls silent together may be a fuse: one of them speaks
    const last = lastOf.get(siteOf(machine)) ?? Number.NEGATIVE_INFINITY
    lastOf.set(siteOf(machine), failed)
    if (kind !== 'silence' || failed - last > SHOCK_SECONDS) gain += Math.log1p(hazard(failed - arrived) / rate)
    const known = failed + knownAfter
    if (known > QUIET_SECONDS + horizon) return undefined
    if (isWary && !isEnough(kind, failures.slice(0, i + 1))) continue
    let well = 0
    // what is known at this moment of everybody's health is as old as a failure takes to be known
    for (const one of struck) well += logWell(Math.min(one.failed, failed) - one.arrived)
    if (gain + well >= thresholdOf(budget)) return { at: known, failures: i + 1 }
  }
  return undefined
}

function byReturns(
  { share, speed }: Cell,
  struck: readonly Struck[],
  budget: number,
  isWary: boolean,
): Known | undefined {
  const { horizon } = PACE[speed]
  const step = Math.max(1, horizon / 2_000)
  for (let at = QUIET_SECONDS; at < QUIET_SECONDS + horizon; at += step) {
    let ratio = 0
    let failures = 0
    for (const { failed, away } of struck) {
      const age = at - failed
      if (age <= 0) continue
      if (away > age && isWary && age < RETURN_SECONDS) continue
      if (away <= age) ratio += Math.log(1 - share || Number.MIN_VALUE)
      else {
        const still = awayStill(age)
        ratio += Math.log((share + (1 - share) * still) / still)
        if (!Number.isFinite(away)) failures++
      }
    }
    if (ratio >= thresholdOf(budget) && (!isWary || failures >= LEAST_MACHINES)) return { at, failures }
  }
  return undefined
}

/**
 * Lorden's bound: the least mean seconds from the beginning, threshold / information a second, at the pace of the first
 * failures; plus what a failure takes to be known. Undefined for restarts, whose pace is not constant.
 */
export function floorOf(
  { machines: _machines, share, speed, kind }: Cell,
  exposed: number,
  budget: number,
): number | undefined {
  if (kind === 'no-return') return undefined
  const { mean } = PACE[speed]
  const { rate, knownAfter } = EVIDENCE[kind]
  const hazard = share / mean
  const information = exposed * (hazard * Math.log1p(hazard / rate) - hazard)
  return information > 0 ? thresholdOf(budget) / information + knownAfter : undefined
}
