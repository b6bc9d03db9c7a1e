import { describe, expect, test } from 'vitest'
import { logBennett, Strata } from '../../src/detect/counts/strata.ts'
import { factId } from './ids.ts'

const FACT = factId(1)

/** A practice: so many machines with the fact, of which so many failed, and the same without. */
const practice = ([exposed, exposedFailed, others, othersFailed]: readonly [number, number, number, number]) => [
  ...Array.from({ length: exposed }, (_, i) => ({ failed: i < exposedFailed, facts: [FACT] })),
  ...Array.from({ length: others }, (_, i) => ({ failed: i < othersFailed, facts: [] })),
]

const sumOf = (...practices: readonly (readonly [number, number, number, number])[]) => {
  const strata = new Strata()
  for (const counts of practices) strata.add(practice(counts), 1000)
  return strata.of(FACT, 1000)
}

describe('practices as their own controls', () => {
  // Observed, expected and variance of the hypergeometric: scipy.stats.hypergeom(M, n, N), mean() and var()
  test.each([
    [[10, 5, 10, 1] as const, 5, 3, 1.10526],
    [[4, 3, 16, 2] as const, 3, 1, 0.63158],
  ])('one practice %j', (counts, observed, expected, variance) => {
    const sum = sumOf(counts)
    expect(sum?.observed).toBe(observed)
    expect(sum?.expected).toBeCloseTo(expected, 5)
    expect(sum?.variance).toBeCloseTo(variance, 5)
  })

  test('a practice whose machines all have the fact, or of which nobody fails, says nothing', () => {
    expect(sumOf([10, 8, 0, 0])).toBeNull()
    expect(sumOf([10, 0, 10, 0])).toMatchObject({ observed: 0, expected: 0, variance: 0 })
  })

  test('a holiday of one practice strikes both alike', () => {
    const sum = sumOf([10, 1, 10, 1], [10, 10, 10, 10])
    expect(sum?.observed).toBeCloseTo(sum?.expected ?? 0, 9)
  })

  // Mantel-Haenszel ratio of rates by hand: Σ a·n0/n over Σ b·n1/n, with half a failure more below
  test('how many times as often', () => {
    expect(sumOf([10, 5, 10, 1], [4, 3, 16, 2])?.ratio).toBeCloseTo((2.5 + 2.4) / (0.5 + 0.4 + 0.5), 9)
  })

  test('is forgotten over half a day', () => {
    const strata = new Strata()
    strata.add(practice([10, 5, 10, 1]), 0)
    expect(strata.of(FACT, 43_200)?.observed).toBeCloseTo(5 / Math.E, 9)
  })
})

// Bennett, JASA 57 (1962): P(S − E ≥ t) ≤ exp(−V h(t/V)); u = 2 gives h = 3 ln 3 − 2
test('the bound on chance', () => {
  expect(logBennett({ observed: 30, expected: 10, variance: 10, ratio: 3 })).toBeCloseTo(-10 * (3 * Math.log(3) - 2), 9)
  expect(logBennett({ observed: 9, expected: 10, variance: 10, ratio: 1 })).toBe(0)
})
