/**
 * How many times as often a version fails as its predecessor, valid however often and whenever it is looked at.
 *
 * At each failure the machines then at risk beside the one that failed (./../census.ts) say how likely it was to be one with
 * the newer version, were it ρ times as dangerous: ρo/(1 + ρo), o being the number of machines with the newer for each with
 * the older. Whatever raises everybody's rate there at that time cancels: it is Cox's partial likelihood with one covariate
 * (1972), and of each failure a binomial trial given all before. Mixed over ρ, its ratio to the likelihood at the true ρ is a
 * martingale of mean 1 (Robbins 1970; for counts by arm Lindon & Malek 2022), so that by Ville's inequality it exceeds 1/α at
 * any time with a chance of at most α.
 */

/** Ratios are kept from 1/256 to 256: beyond, nobody asks how far. */
const MOST_DOUBLINGS = 8
/** Points for each doubling; between them the log likelihood, which is concave, is taken to be straight. */
const PER_DOUBLING = 4
const POINTS = 2 * MOST_DOUBLINGS * PER_DOUBLING + 1

/** ln ρ at each point. */
const LOG_RATIOS = Array.from({ length: POINTS }, (_, k) => (k / PER_DOUBLING - MOST_DOUBLINGS) * Math.LN2)
/** Where ρ is 1. */
const EQUAL = MOST_DOUBLINGS * PER_DOUBLING
/** ln of the mixture's weights: Cauchy over doublings, for most versions are alike and some are worse by any factor. */
const LOG_PRIOR = normalised(LOG_RATIOS.map((log) => -Math.log1p((log / Math.LN2) ** 2)))

export interface RatioInterval {
  /** 0 where nothing is too small. */
  readonly low: number
  /** Null where nothing is too large. */
  readonly high: number | null
}

/** What failures say about the ratio: the log likelihood at each point. Empty before the first. */
export class RatioSequence {
  readonly #logLikelihood: Float64Array
  /** Failures compared: on machines with the newer version, and with the older. */
  newer: number
  older: number

  constructor(saved?: { readonly newer: number; readonly older: number; readonly likelihood: readonly number[] }) {
    this.#logLikelihood = Float64Array.from({ length: POINTS }, (_, k) => saved?.likelihood[k] ?? 0)
    this.newer = saved?.newer ?? 0
    this.older = saved?.older ?? 0
  }

  /**
   * One failure.
   * @param odds machines at risk with the newer version for each with the older, over 0
   * @param sign −1 takes back what was added
   */
  add(odds: number, onNewer: boolean, sign: 1 | -1 = 1): void {
    const logOdds = Math.log(odds)
    for (let k = 0; k < POINTS; k++) {
      const x = logOdds + (LOG_RATIOS[k] ?? 0)
      const log = onNewer ? -softplus(-x) : -softplus(x)
      this.#logLikelihood[k] = (this.#logLikelihood[k] ?? 0) + sign * log
    }
    if (onNewer) this.newer += sign
    else this.older += sign
  }

  /** The ratios that cannot be excluded. @param alpha chance that the true ratio is ever outside */
  interval(alpha: number): RatioInterval {
    if (this.newer + this.older <= 0) return { low: 0, high: null }
    const least = this.#mixture(0, POINTS) - Math.log(1 / alpha)
    let best = 0
    for (let k = 1; k < POINTS; k++) if (this.#at(k) > this.#at(best)) best = k
    return { low: this.#edge(best, -1, least) ?? 0, high: this.#edge(best, 1, least) }
  }

  /** ln of the evidence that the newer version is worse than the older: an e-value against "at most as bad". */
  logEvidenceOfHarm(): number {
    if (this.newer + this.older <= 0) return 0
    const worse = this.#mixture(EQUAL + 1, POINTS)
    let notWorse = Number.NEGATIVE_INFINITY
    for (let k = 0; k <= EQUAL; k++) notWorse = Math.max(notWorse, this.#at(k))
    return worse - notWorse
  }

  save(): { newer: number; older: number; likelihood: number[] } {
    return { newer: this.newer, older: this.older, likelihood: [...this.#logLikelihood] }
  }

  #at(k: number): number {
    return this.#logLikelihood[k] ?? 0
  }

  /** ln of the likelihood mixed over points `from` to below `to`, their weights normalised. */
  #mixture(from: number, to: number): number {
    const weights = logSum(LOG_PRIOR, from, to)
    return (
      logSum(
        Array.from({ length: to }, (_, k) => (LOG_PRIOR[k] ?? 0) + this.#at(k)),
        from,
        to,
      ) - weights
    )
  }

  /** The ratio at which the log likelihood falls under `least`, going from the best point; null where it never does. */
  #edge(best: number, step: 1 | -1, least: number): number | null {
    for (let k = best; k + step >= 0 && k + step < POINTS; k += step) {
      const [here, next] = [this.#at(k), this.#at(k + step)]
      if (next > least) continue
      const part = here > least ? (here - least) / (here - next) : 0
      return Math.exp((LOG_RATIOS[k] ?? 0) + part * ((LOG_RATIOS[k + step] ?? 0) - (LOG_RATIOS[k] ?? 0)))
    }
    return null
  }
}

/** ln(1 + e^x), for any x. */
function softplus(x: number): number {
  return x > 0 ? x + Math.log1p(Math.exp(-x)) : Math.log1p(Math.exp(x))
}

function logSum(values: readonly number[], from: number, to: number): number {
  let most = Number.NEGATIVE_INFINITY
  for (let k = from; k < to; k++) most = Math.max(most, values[k] ?? 0)
  let sum = 0
  for (let k = from; k < to; k++) sum += Math.exp((values[k] ?? 0) - most)
  return most + Math.log(sum)
}

function normalised(logs: readonly number[]): readonly number[] {
  const all = logSum(logs, 0, logs.length)
  return logs.map((log) => log - all)
}
