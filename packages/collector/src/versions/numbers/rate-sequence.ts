/**
 * How many failures a version may have by the hour, valid however often and whenever it is looked at: the confidence
 * sequence of a Poisson rate by the gamma mixture (Robbins 1970; Howard et al. 2021, Annals of Statistics 49, their
 * gamma-exponential mixture). Where λ is the true rate, n failures in T hours have the mixture likelihood ratio
 *
 *   M(λ) = ∫ (x/λ)^n e^(−(x−λ)T) dG(x),  G a mixture of Gamma(SHAPE, 1/hours) over SCALES_HOURS,
 *
 * which is a martingale of mean 1, so that by Ville's inequality it exceeds 1/α at any time with a chance of at most α.
 */

/** Jeffreys' shape: no rate is favoured on the scale of its square root. */
const SHAPE = 0.5
/**
 * The mixture is sharpest for rates of about one in so many hours: what is harmless crashes once in some 30,000, what is not
 * once in days or hours. One scale alone would pay at the other end: a gamma's tail falls exponentially.
 */
const SCALES_HOURS = [100, 10_000] as const
/** Halvings of an interval: a double has no more digits. */
const HALVINGS = 60

export interface Interval {
  readonly low: number
  readonly high: number
}

/** ln M(rate) for `count` failures in `hours` machine-hours; rate by the machine-hour, over 0. */
export function logRateEvidence(count: number, hours: number, rate: number): number {
  const [a, b] = SCALES_HOURS.map((scale) => SHAPE * Math.log(scale) - (SHAPE + count) * Math.log(scale + hours)) as [
    number,
    number,
  ]
  const mixed = Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b))) - Math.log(SCALES_HOURS.length)
  return mixed + logRising(count) + rate * hours - count * Math.log(rate)
}

/**
 * The rates, by the machine-hour, that cannot be excluded; all of them without any hours.
 * @param alpha chance that the true rate is ever outside
 */
export function rateInterval(count: number, hours: number, alpha: number): Interval {
  if (hours <= 0) return { low: 0, high: Number.POSITIVE_INFINITY }
  const limit = Math.log(1 / alpha)
  const isOut = (rate: number): boolean => logRateEvidence(count, hours, rate) >= limit
  const best = count / hours
  let high = Math.max(best, 1 / hours)
  while (!isOut(high)) high *= 2
  const upper = between(best, high, (rate) => rate > 0 && isOut(rate))
  // a rate of 0 is excluded by the first failure
  const lower = count === 0 ? 0 : between(best, 0, (rate) => rate <= 0 || isOut(rate))
  return { low: lower, high: upper }
}

/** Machine-hours until a rate is excluded from above if no failure comes beyond those that came; Infinity for never. */
export function hoursToExclude(count: number, rate: number, alpha: number): number {
  const limit = Math.log(1 / alpha)
  const isExcluded = (hours: number): boolean => count / hours < rate && logRateEvidence(count, hours, rate) >= limit
  let hours = Math.max(1, count) / rate
  while (!isExcluded(hours)) hours *= 2
  return between(0, hours, isExcluded)
}

/** From here on Stirling's series is exact to 12 digits. */
const STIRLING_FROM = 20
const LOG_GAMMA_OF_HALF = 0.5 * Math.log(Math.PI)

/** ln Γ(SHAPE + count) − ln Γ(SHAPE). */
function logRising(count: number): number {
  if (count >= STIRLING_FROM) {
    const x = SHAPE + count
    const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5)
    return (x - 0.5) * Math.log(x) - x + 0.5 * Math.log(2 * Math.PI) + series - LOG_GAMMA_OF_HALF
  }
  let sum = 0
  for (let i = 0; i < count; i++) sum += Math.log(SHAPE + i)
  return sum
}

/** Where a condition begins to hold on the way from `inside`, where it does not, to `outside`, where it does. */
function between(inside: number, outside: number, holds: (x: number) => boolean): number {
  let [a, b] = [inside, outside]
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (a + b) / 2
    if (holds(middle)) b = middle
    else a = middle
  }
  return b
}
