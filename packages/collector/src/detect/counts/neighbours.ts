import type { DAY, FRESH } from '../words/ages.ts'
import { type ClassId, LOSS, SERVICE } from '../words/classes.ts'
import type { Beside } from '../words/failure.ts'
import type { FactId } from '../words/ids.ts'
import { FactSums, leftAfter } from './fact-sums.ts'

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

/** The smallest odds ratio that is a version's doing: machines that have just been switched on are switched off again. */
const LEAST_ODDS = 3

/**
 * The practice as its own control, failure by failure: of the machines that were there when one fell silent, a share had
 * got the fact lately. If it is of no account, the one that fell had it with a chance of that share, whatever struck the
 * practice: a power cut takes those with and without. The terms of Cox's partial likelihood, stratified by practice
 * (JRSS B 1972), with the fact as a covariate that changes with time. Seconds epoch.
 */
export class Neighbours {
  readonly #sums = new Map<string, FactSums<keyof Among>>()

  /** Counts a failure's comparisons, or takes back those that were counted when it became known. */
  add(cls: ClassId, beside: readonly Beside[], knownAt: number, now: number, sign: 1 | -1): void {
    const weight = sign * leftAfter(now - knownAt)
    for (const { fact, window, share, had } of beside)
      this.#of(cls, window).add(fact, { trials: weight, observed: had ? weight : 0, expected: weight * share }, now)
  }

  of(fact: FactId, cls: ClassId, window: typeof FRESH | typeof DAY, now: number): Among {
    const found = this.#of(cls, window).find(fact, now)
    // what was taken back leaves a rounding error
    const left = (name: keyof Among) => (found ? Math.max(0, found.sums[name] * found.left) : 0)
    return { trials: left('trials'), observed: left('observed'), expected: left('expected') }
  }

  #of(cls: ClassId, window: number): FactSums<keyof Among> {
    return this.#under(`${cls} ${window}`)
  }

  #under(key: string): FactSums<keyof Among> {
    const sums = this.#sums.get(key) ?? new FactSums(['trials', 'observed', 'expected'])
    this.#sums.set(key, sums)
    return sums
  }

  save(): [string, ReturnType<FactSums<keyof Among>['save']>][] {
    return [...this.#sums].map(([key, sums]) => [key, sums.save()])
  }

  load(saved: ReturnType<Neighbours['save']>): void {
    for (const [key, sums] of saved) this.#under(key).load(sums)
  }
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
