import type { FactId } from '../words/ids.ts'
import { FactSums } from './fact-sums.ts'

/** One machine of a stratum: whether it failed, and the facts that came to it lately. */
export interface Exposed {
  readonly failed: boolean
  readonly facts: readonly FactId[]
}

/** What is known of one fact by comparison within practices, decayed. */
export interface Stratified {
  /** Failures of machines with the fact, and how many were expected if it made no difference. */
  readonly observed: number
  readonly expected: number
  /** Of the observed number, were the fact of no account. */
  readonly variance: number
  /** How many times as often machines with the fact failed as those without it in the same practice (Mantel-Haenszel). */
  readonly ratio: number
}

/** Beside what is told: exposed that failed × well controls, and the reverse, of the Mantel-Haenszel ratio. */
type Sum = 'observed' | 'expected' | 'variance' | 'above' | 'below'

/**
 * The practice as its own control. Where a practice has machines with a fact and without it, the number that fail among
 * its exposed ones, given how many of all fail, is hypergeometric if the fact is of no account: whatever strikes the
 * practice (a holiday, a power cut, a late receptionist) strikes both alike. Summed over practices: Mantel & Haenszel,
 * JNCI 1959. Seconds epoch.
 */
export class Strata {
  readonly #sums = new FactSums<Sum>(['observed', 'expected', 'variance', 'above', 'below'])

  /** One practice's machines that were due. */
  add(machines: readonly Exposed[], now: number): void {
    const n = machines.length
    const failed = machines.filter((machine) => machine.failed).length
    if (n < 2) return
    const exposed = new Map<FactId, { machines: number; failed: number }>()
    for (const machine of machines)
      for (const fact of machine.facts) {
        const counts = exposed.get(fact) ?? { machines: 0, failed: 0 }
        counts.machines++
        if (machine.failed) counts.failed++
        exposed.set(fact, counts)
      }
    for (const [fact, counts] of exposed) {
      const others = n - counts.machines
      if (others === 0) continue
      this.#sums.add(
        fact,
        {
          observed: counts.failed,
          expected: (failed * counts.machines) / n,
          variance: (failed * (n - failed) * counts.machines * others) / (n * n * (n - 1)),
          above: (counts.failed * others) / n,
          below: ((failed - counts.failed) * counts.machines) / n,
        },
        now,
      )
    }
  }

  of(fact: FactId, now: number): Stratified | null {
    const found = this.#sums.find(fact, now)
    if (!found) return null
    const { sums, left } = found
    return {
      observed: sums.observed * left,
      expected: sums.expected * left,
      variance: sums.variance * left,
      // half a failure more on the controls' side, so that none is not never
      ratio: sums.above / (sums.below + 0.5),
    }
  }

  save(): ReturnType<FactSums<Sum>['save']> {
    return this.#sums.save()
  }

  load(saved: ReturnType<Strata['save']>): void {
    this.#sums.load(saved)
  }
}

/**
 * ln of a bound on the chance of an observed number so far above the expected: Bennett's inequality for sums of
 * independent variables that are at most one, −V·h(t/V) with h(u) = (1 + u) ln(1 + u) − u (JASA 1962). A hypergeometric
 * count is such a sum.
 */
export function logBennett({ observed, expected, variance }: Stratified): number {
  const excess = observed - expected
  if (excess <= 0 || variance <= 0) return 0
  const u = excess / variance
  return -variance * ((1 + u) * Math.log1p(u) - u)
}
