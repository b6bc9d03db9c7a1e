/** Lanczos coefficients, g = 7, n = 9: Numerical Recipes 3rd ed. §6.1; relative error under 1e-13 for x > 0. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
]

/** ln Γ(x) for x > 0. */
function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const z = x - 1
  let sum = LANCZOS[0] ?? 1
  for (let i = 1; i < LANCZOS.length; i++) sum += (LANCZOS[i] ?? 0) / (z + i)
  const t = z + 7.5
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum)
}

/** Terms of the series after which the rest is under 1e-9 for every argument that is a tail. */
const MAX_TERMS = 2000

/** ln(1/2): returned where the argument is not in the upper tail, for the exact value is never needed there. */
const NOT_A_TAIL = Math.log(0.5)

/**
 * ln I_q(a, b), the regularised incomplete beta function, for 0 ≤ q ≤ 1: the log of the chance that a negative binomial
 * count with r = b and odds q is a or more. Series 26.5.4 of Abramowitz & Stegun, which converges fast in the tail.
 */
export function logBetaTail(q: number, a: number, b: number): number {
  if (a <= 0 || q >= 1) return 0
  if (q <= 0) return Number.NEGATIVE_INFINITY
  if (q > a / (a + b)) return NOT_A_TAIL
  const head = a * Math.log(q) + b * Math.log1p(-q) + logGamma(a + b) - logGamma(a) - logGamma(b) - Math.log(a)
  let sum = 1
  let term = 1
  for (let n = 0; n < MAX_TERMS && term > 1e-9 * sum; n++) {
    term *= (q * (a + b + n)) / (a + 1 + n)
    sum += term
  }
  return Math.min(0, head + Math.log(sum))
}
