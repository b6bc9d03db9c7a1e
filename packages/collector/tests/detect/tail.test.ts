import { describe, expect, it } from 'vitest'
import { logBetaTail } from '../../src/detect/numbers/tail.ts'

describe('logBetaTail', () => {
  it('is the binomial sum for whole numbers: I_q(a, b) = P(Bin(a+b−1, q) ≥ a)', () => {
    // P(Bin(9, 0.1) ≥ 4), summed by hand.
    expect(Math.exp(logBetaTail(0.1, 4, 6))).toBeCloseTo(0.008331, 6)
  })

  it('falls as more is observed, and is nothing without expectation', () => {
    const tails = [2, 4, 8, 16].map((k) => logBetaTail(0.05, k, 8))
    expect(tails).toEqual(tails.toSorted((a, b) => b - a))
    expect(logBetaTail(0, 3, 2)).toBe(Number.NEGATIVE_INFINITY)
  })
})
