import type { FRESH, WITHIN_DAY } from '../words/ages.ts'
import { APP, type ClassId, LOSS, SERVICE } from '../words/classes.ts'
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
  /** For each odds ratio that is held against others, ln of the likelihood of who failed, were the fact so many times as dangerous. */
  readonly likelihoods: readonly number[]
}

/** Classes that a site's shock brings, and so are compared within the site. */
export const COMPARED: readonly ClassId[] = [LOSS, SERVICE, APP]

/** Odds ratios that are held against one another. */
const ODDS = [1, 1.5, 2, 3, 4, 6, 8, 16, 32, 64, 256, 1024] as const

/** The smallest odds ratio that is a version's doing: machines that have just been switched on are switched off again. */
const LEAST_ODDS = 3

type Sum = Exclude<keyof Among, 'likelihoods'> | `odds ${(typeof ODDS)[number]}`
const SUMS: readonly Sum[] = ['trials', 'observed', 'expected', ...ODDS.map((odds) => `odds ${odds}` as const)]

/**
 * The practice as its own control, failure by failure: of the machines that were there when one fell silent, a share had
 * got the fact lately. If it is of no account, the one that fell had it with a chance of that share, whatever struck the
 * practice: a power cut takes those with and without. The terms of Cox's partial likelihood, stratified by practice
 * (JRSS B 1972), with the fact as a covariate that changes with time. Seconds epoch.
 */
export class Neighbours {
  readonly #sums = new Map<string, FactSums<Sum>>()

  /** Counts a failure's comparisons, or takes back those that were counted when it became known. */
  add(cls: ClassId, beside: readonly Beside[], knownAt: number, now: number, sign: 1 | -1): void {
    const weight = sign * leftAfter(now - knownAt)
    for (const { fact, window, share, had } of beside)
      this.#of(cls, window).add(
        fact,
        {
          trials: weight,
          observed: had ? weight : 0,
          expected: weight * share,
          ...mapped((odds) => weight * logLikelihood(odds, share, had)),
        },
        now,
      )
  }

  of(fact: FactId, cls: ClassId, window: typeof FRESH | typeof WITHIN_DAY, now: number): Among {
    const found = this.#of(cls, window).find(fact, now)
    // what was taken back leaves a rounding error
    const left = (name: Sum) => (found ? found.sums[name] * found.left : 0)
    return {
      trials: Math.max(0, left('trials')),
      observed: Math.max(0, left('observed')),
      expected: Math.max(0, left('expected')),
      likelihoods: ODDS.map((odds) => left(`odds ${odds}`)),
    }
  }

  #of(cls: ClassId, window: number): FactSums<Sum> {
    return this.#under(`${cls} ${window}`)
  }

  #under(key: string): FactSums<Sum> {
    const sums = this.#sums.get(key) ?? new FactSums(SUMS)
    this.#sums.set(key, sums)
    return sums
  }

  save(): [string, ReturnType<FactSums<Sum>['save']>][] {
    return [...this.#sums].map(([key, sums]) => [key, sums.save()])
  }

  load(saved: ReturnType<Neighbours['save']>): void {
    for (const [key, sums] of saved) this.#under(key).load(sums)
  }
}

/** ln of the chance that who failed had the fact, or had it not, of a share that had it, at these odds. */
function logLikelihood(odds: number, share: number, had: boolean): number {
  return (had ? Math.log(odds) : 0) - Math.log(1 - share + share * odds)
}

function mapped(value: (odds: number) => number): Record<`odds ${(typeof ODDS)[number]}`, number> {
  return Object.fromEntries(ODDS.map((odds) => [`odds ${odds}`, value(odds)])) as Record<
    `odds ${(typeof ODDS)[number]}`,
    number
  >
}

/**
 * ln of a bound on the chance that it was by luck that machines with the fact failed so much more often than their neighbours
 * without it: one over an e-value, the likelihood of who failed at an odds ratio of three times the normal and more (their
 * mean over {@link ODDS}) over that at the normal one. Where the odds are no higher than that it is a supermartingale that
 * begins at one, so it ever passes 1/p with a chance of p at most (Ville 1939): it may be looked at after each failure.
 * @param risk how many times as often machines fail normally at that age: the normal odds ratio, taken to be the next of ODDS
 * @returns 0 where they did not fail several times as often as that
 */
export function logAmong({ trials, observed, expected, likelihoods }: Among, risk: number): number {
  if (trials <= 0) return 0
  const share = expected / trials
  const due = (risk * share) / (1 - share + risk * share)
  // half a failure more without the fact, so that none is not never
  const seen = observed / (trials - observed + 0.5) / (due / (1 - due))
  const normal = ODDS.findIndex((odds) => odds >= risk)
  const base = likelihoods[normal]
  if (!(seen >= LEAST_ODDS) || base === undefined) return 0
  const ratios = ODDS.flatMap((odds, i) =>
    odds >= LEAST_ODDS * (ODDS[normal] ?? odds) ? [(likelihoods[i] ?? 0) - base] : [],
  )
  if (ratios.length === 0) return 0
  const best = Math.max(...ratios)
  const mean = ratios.reduce((sum, ratio) => sum + Math.exp(ratio - best), 0) / ratios.length
  return -Math.max(0, best + Math.log(mean))
}
