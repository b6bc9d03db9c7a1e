import { AGE_COUNT, AGE_NAMES, ANY, FRESH, LEFT } from './ages.ts'
import { ABSENT, APP, BOOT, isSilence, rule, SITE } from './classes.ts'
import type { Strength } from './finding.ts'
import { MEMORIES, MEMORY_COUNT } from './memory.ts'
import type { Comparison, Scales } from './scales.ts'
import { logBetaTail } from './tail.ts'
import { type FactNumbers, logThreshold as thresholdOf } from './threshold.ts'

/** Weighted failures below which nothing is tested: one practice alone is never an incident of a version. */
const LEAST_OBSERVED = 1.5

/** Under this many times the expected, no cap lets a tail be small enough for any threshold. */
const LEAST_RATIO = 1.5

/** Pseudo-failures that the baseline is known by, before any: two, so that nothing is ever certain. */
const BASELINE_FAILURES = 2

/** A version that is gone is to blame so seldom that it gets a tenth of the budget (natural log), up to 12 hours' memory. */
const LEFT_SHARE = -Math.log(10)
const LONGEST_LEFT_MEMORY = 2

/** A test that was made, and by how much (natural log) it passed its threshold; negative when it failed. */
export interface Test extends Comparison {
  readonly fact: number
  readonly cls: number
  readonly window: number
  readonly j: number
  readonly logP: number
  readonly logThreshold: number
}

/**
 * ln of the chance of `observed` failures or more: negative binomial predictive tail of a Poisson count whose rate is
 * known from r failures in B expected ones. With controls Kc observed, Lc expected: r = 2 + max(Kc, Lc), B = 2 + Lc, so
 * that a bad hour for everyone raises the expectation and a good one never lowers it. Where r exceeds the class's cap, B
 * is scaled with it: a baseline is never trusted to better than 1/√cap.
 */
function logTailP(comparison: Comparison, cap: number): number {
  const { observed, expected, controlsObserved, controlsExpected } = comparison
  let r = BASELINE_FAILURES + Math.max(controlsObserved, controlsExpected)
  let b = BASELINE_FAILURES + controlsExpected
  if (r > cap) {
    b *= cap / r
    r = cap
  }
  return logBetaTail(expected / (expected + b), observed, r)
}

/** The best of the fact's tests for one class, over windows and memories; null when there was nothing to test. */
export function strongest(
  scales: Scales,
  fact: number,
  cls: number,
  mark: string | null,
  budget: { alpha: number; isNew: boolean; facts: FactNumbers },
): Test | null {
  let best: Test | null = null
  const everywhere = scales.isEverywhere(fact)
  for (let j = 0; j < MEMORY_COUNT; j++) {
    if (!rule(cls).memories[j]) continue
    const threshold = thresholdOf(budget.alpha, budget.isNew, budget.facts, j)
    for (let window = FRESH; window < AGE_COUNT; window++) {
      if (cls === SITE && window !== FRESH) continue
      // A machine that is back has forgotten what it lost before the night, one that is absent has not: no fair comparison.
      if (cls === ABSENT && window === LEFT) continue
      // Exposure to what has left is known only roughly, which adds up over a week.
      if (window === LEFT && j > LONGEST_LEFT_MEMORY) continue
      // Without controls only a change minutes before tells silence from a fleet that goes to sleep.
      if (everywhere && isSilence(cls) && window !== FRESH) continue
      if (everywhere && window === ANY && (cls === BOOT || cls === APP) && mark === null) continue
      if (scales.observed(fact, cls, window, j, mark) < LEAST_OBSERVED) continue
      const comparison = scales.compare(fact, cls, window, j, mark)
      if (comparison.observed < LEAST_RATIO * comparison.expected) continue
      const logP = logTailP(comparison, rule(cls).cap)
      const logThreshold = window === LEFT ? threshold + LEFT_SHARE : threshold
      if (best === null || logThreshold - logP > best.logThreshold - best.logP) {
        best = { ...comparison, fact, cls, window, j, logP, logThreshold }
      }
    }
  }
  return best
}

/** The test as the finding tells it. */
export function strengthOf(test: Test): Strength {
  return {
    failureClass: rule(test.cls).name,
    ageWindow: AGE_NAMES[test.window] ?? 'any',
    memorySeconds: MEMORIES[test.j] ?? 0,
    observed: test.observed,
    expected: test.expected,
    controlsObserved: test.controlsObserved,
    controlsExpected: test.controlsExpected,
    log10P: test.logP / Math.LN10,
    log10Threshold: test.logThreshold / Math.LN10,
  }
}
