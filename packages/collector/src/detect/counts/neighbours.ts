import { MEMORIES } from '../numbers/memory.ts'
import { DAY, FRESH } from '../words/ages.ts'
import { type ClassId, LOSS, SERVICE } from '../words/classes.ts'
import type { Beside } from '../words/failure.ts'
import type { FactId } from '../words/ids.ts'

/** What is known of one fact by comparing machines that failed with their neighbours, decayed. */
export interface Among {
  /** Failures in practices that had machines with the fact and without it, and of them those of machines with it. */
  readonly trials: number
  readonly observed: number
  /** How many of them were due with the fact, if it made no difference. */
  readonly expected: number
}

/** Classes that a site's shock brings, and so are compared within the site. */
export const COMPARED: readonly ClassId[] = [LOSS, SERVICE]

/** Half a day: an update's failures of one night belong together. */
const NEIGHBOURS_MEMORY = 2
const MEMORY = MEMORIES[NEIGHBOURS_MEMORY]
/** Facts kept for a class and window; those that failed longest ago go first. */
const MAX_FACTS = 20_000

/** The smallest odds ratio that is a version's doing: machines that have just been switched on are switched off again. */
const LEAST_ODDS = 3

interface Sums extends Among {
  readonly at: number
}

/**
 * The practice as its own control, failure by failure: of the machines that were there when one fell silent, a share had
 * got the fact lately. If it is of no account, the one that fell had it with a chance of that share, whatever struck the
 * practice: a power cut takes those with and without. The terms of Cox's partial likelihood, stratified by practice
 * (JRSS B 1972), with the fact as a covariate that changes with time. Seconds epoch.
 */
export class Neighbours {
  readonly #sums = new Map<string, Map<FactId, Sums>>()

  /** Counts a failure's comparisons, or takes back those that were counted when it became known. */
  add(cls: ClassId, beside: readonly Beside[], knownAt: number, now: number, sign: 1 | -1): void {
    const weight = sign * Math.exp(-(now - knownAt) / MEMORY)
    for (const { fact, window, share, had } of beside) {
      const facts = this.#of(cls, window)
      const before = decayed(facts.get(fact), now)
      facts.delete(fact)
      const [oldest] = facts.keys()
      if (facts.size >= MAX_FACTS && oldest !== undefined) facts.delete(oldest)
      facts.set(fact, {
        trials: Math.max(0, before.trials + weight),
        observed: Math.max(0, before.observed + (had ? weight : 0)),
        expected: Math.max(0, before.expected + weight * share),
        at: now,
      })
    }
  }

  of(fact: FactId, cls: ClassId, window: typeof FRESH | typeof DAY, now: number): Among {
    return decayed(this.#of(cls, window).get(fact), now)
  }

  #of(cls: ClassId, window: number): Map<FactId, Sums> {
    const key = `${cls} ${window}`
    const facts = this.#sums.get(key) ?? new Map<FactId, Sums>()
    this.#sums.set(key, facts)
    return facts
  }

  save(): [string, [FactId, Sums][]][] {
    return [...this.#sums].map(([key, facts]) => [key, [...facts]])
  }

  load(saved: ReturnType<Neighbours['save']>): void {
    for (const [key, facts] of saved) this.#sums.set(key, new Map(facts))
  }
}

function decayed(sums: Sums | undefined, now: number): Among {
  if (!sums) return { trials: 0, observed: 0, expected: 0 }
  const left = Math.exp(-(now - sums.at) / MEMORY)
  return { trials: sums.trials * left, observed: sums.observed * left, expected: sums.expected * left }
}

/**
 * ln of a bound on the chance that so many of the failures befell machines with the fact: Chernoff's for the mean of
 * independent variables between nought and one, −n·KL(observed/n ‖ expected/n) (Hoeffding, JASA 1963, theorem 1).
 * @param risk how many times as often machines fail normally at that age; raises the odds that were due
 * @returns 0 where they did not fail several times as often as that
 */
export function logAmong({ trials, observed, expected }: Among, risk: number): number {
  if (trials <= 0) return 0
  const share = expected / trials
  const due = (risk * share) / (1 - share + risk * share)
  const seen = Math.min(1, observed / trials)
  // half a failure more without the fact, so that none is not never
  const odds = observed / (trials - observed + 0.5) / (due / (1 - due))
  if (!(odds >= LEAST_ODDS) || seen <= due) return 0
  const part = (a: number, b: number) => (a > 0 ? a * Math.log(a / b) : 0)
  return -trials * (part(seen, due) + part(1 - seen, 1 - due))
}
