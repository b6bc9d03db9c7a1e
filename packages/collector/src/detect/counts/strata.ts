import { MEMORIES } from '../numbers/memory.ts'
import type { FactId } from '../words/ids.ts'

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

interface Sums {
  observed: number
  expected: number
  variance: number
  /** The two sums of the Mantel-Haenszel ratio: exposed that failed × well controls, and the reverse. */
  above: number
  below: number
  at: number
}

/** A working day: what one morning shows is judged on that day. */
const MEMORY = MEMORIES[2] ?? 12 * 3600
/** Facts kept; the ones seen longest ago go first. */
const MAX_FACTS = 20_000

/**
 * The practice as its own control. Where a practice has machines with a fact and without it, the number that fail among
 * its exposed ones, given how many of all fail, is hypergeometric if the fact is of no account: whatever strikes the
 * practice (a holiday, a power cut, a late receptionist) strikes both alike. Summed over practices: Mantel & Haenszel,
 * JNCI 1959. Seconds epoch.
 */
export class Strata {
  readonly #sums = new Map<FactId, Sums>()

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
      const sums = this.#sumsOf(fact, now)
      sums.observed += counts.failed
      sums.expected += (failed * counts.machines) / n
      sums.variance += (failed * (n - failed) * counts.machines * others) / (n * n * (n - 1))
      sums.above += (counts.failed * others) / n
      sums.below += ((failed - counts.failed) * counts.machines) / n
    }
  }

  of(fact: FactId, now: number): Stratified | null {
    const sums = this.#sums.get(fact)
    if (!sums) return null
    const left = Math.exp(-(now - sums.at) / MEMORY)
    return {
      observed: sums.observed * left,
      expected: sums.expected * left,
      variance: sums.variance * left,
      // half a failure more on the controls' side, so that none is not never
      ratio: sums.above / (sums.below + 0.5),
    }
  }

  #sumsOf(fact: FactId, now: number): Sums {
    const before = this.#sums.get(fact)
    this.#sums.delete(fact)
    const left = before ? Math.exp(-(now - before.at) / MEMORY) : 0
    const { observed = 0, expected = 0, variance = 0, above = 0, below = 0 } = before ?? {}
    const sums = {
      observed: observed * left,
      expected: expected * left,
      variance: variance * left,
      above: above * left,
      below: below * left,
      at: now,
    }
    this.#sums.set(fact, sums)
    const [oldest] = this.#sums.keys()
    if (this.#sums.size > MAX_FACTS && oldest !== undefined) this.#sums.delete(oldest)
    return sums
  }

  save(): [FactId, Sums][] {
    return [...this.#sums].map(([fact, sums]) => [fact, { ...sums }])
  }

  load(saved: ReturnType<Strata['save']>): void {
    for (const [fact, sums] of saved) this.#sums.set(fact, { ...sums })
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
