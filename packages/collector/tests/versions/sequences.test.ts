import { Random } from '@pumphandle/shared/random'
import { describe, expect, test } from 'vitest'
import { hoursToExclude, logRateEvidence, rateInterval } from '../../src/versions/numbers/rate-sequence.ts'
import { RatioSequence } from '../../src/versions/numbers/ratio-sequence.ts'

// Reference values: the mixtures integrated with scipy.integrate.quad (SciPy 1.17.1), bounds with scipy.optimize.brentq.

describe('the rate of failures', () => {
  test.each([
    [0, 14_060, 1 / 4_000, 2.5053986973],
    [3, 5_000, 0.0002, -0.8835121559],
    [40, 20_000, 0.001, 4.5271187927],
  ])('%i failures in %i hours: evidence against a rate of %f', (count, hours, rate, evidence) => {
    expect(logRateEvidence(count, hours, rate)).toBeCloseTo(evidence, 8)
  })
  test.each([
    [0, 14_060, 0.05, 0, 0.000284874365],
    [3, 5_000, 0.05, 0.0000421916336, 0.00248852593],
    [40, 20_000, 0.05, 0.0010831174, 0.0033284353],
    [7, 1_200, 0.001, 0.00065393779, 0.0208493108],
  ])('%i failures in %i hours at alpha %f', (count, hours, alpha, low, high) => {
    const found = rateInterval(count, hours, alpha)
    expect(found.low).toBeCloseTo(low, 9)
    expect(found.high).toBeCloseTo(high, 9)
  })
  test('machine-hours until a rate can be excluded', () => {
    expect(hoursToExclude(0, 1 / 4_000, 0.05)).toBeCloseTo(16_204.7951, 3)
    expect(hoursToExclude(2, 1 / 1_000, 0.05)).toBeCloseTo(9_849.6659, 3)
  })
  test('nothing is excluded without hours', () => {
    expect(rateInterval(0, 0, 0.05)).toEqual({ low: 0, high: Number.POSITIVE_INFINITY })
  })
  test('looked at all the time for a year, the true rate is ever outside in at most 5 % of runs', () => {
    const random = new Random(1)
    const runs = 2_000
    const limit = Math.log(20)
    let missed = 0
    for (let run = 0; run < runs; run++) {
      const rate = 10 ** random.uniform(-4.5, -1)
      const horizon = Math.min(300 / rate, 5_000_000)
      let hours = 0
      let isOut = false
      // evidence grows while nothing happens, and is told anew by each failure
      for (let count = 0; !isOut && hours < horizon; count++) {
        hours = Math.min(horizon, hours - Math.log1p(-random.next()) / rate)
        isOut = logRateEvidence(count, hours, rate) >= limit || logRateEvidence(count + 1, hours, rate) >= limit
      }
      if (isOut) missed++
    }
    expect(missed / runs).toBeLessThan(0.05)
    expect(missed).toBeGreaterThan(0)
  })
})

describe('the ratio to the predecessor', () => {
  const sequence = (...trials: [odds: number, newer: number, older: number][]) => {
    const made = new RatioSequence()
    for (const [odds, newer, older] of trials) {
      for (let i = 0; i < newer; i++) made.add(odds, true)
      for (let i = 0; i < older; i++) made.add(odds, false)
    }
    return made
  }
  test('alike', () => {
    const { low, high } = sequence([1, 12, 9]).interval(0.05)
    expect(low).toBeCloseTo(0.38837, 2)
    expect(high).toBeCloseTo(4.9335, 1)
  })
  test('worse, with odds that differ', () => {
    const found = sequence([0.25, 10, 4], [3, 5, 0])
    expect(found.interval(0.05).low).toBeCloseTo(1.7412, 2)
    expect(found.interval(0.05).high).toBeCloseTo(126, -1)
    expect(found.logEvidenceOfHarm()).toBeCloseTo(7.95224, 4)
  })
  test('better', () => {
    const found = sequence([2, 0, 6])
    expect(found.interval(0.05)).toEqual({ low: 0, high: expect.closeTo(0.8364, 2) })
    expect(found.logEvidenceOfHarm()).toBeCloseTo(-8.50015, 4)
  })
  test('what is taken back was never there, and what is saved goes on', () => {
    const one = sequence([1, 3, 2])
    one.add(0.5, true)
    one.add(0.5, true, -1)
    const two = new RatioSequence(one.save())
    expect(two.interval(0.05).low).toBeCloseTo(sequence([1, 3, 2]).interval(0.05).low, 9)
    expect([two.newer, two.older]).toEqual([3, 2])
  })
  test('looked at after every failure while the roll-out goes on, the true ratio is ever outside in at most 5 % of runs', () => {
    const random = new Random(34)
    const runs = 300
    let missed = 0
    let harm = 0
    for (let run = 0; run < runs; run++) {
      const ratio = run % 3 === 0 ? 1 : 2 ** random.uniform(-2, 3)
      const found = new RatioSequence()
      let isOut = false
      let isHarm = false
      for (let n = 0; n < 150; n++) {
        const odds = ((n + 1) / 151 / (1 - n / 151)) * 2 ** random.uniform(-1, 1)
        found.add(odds, random.chance((ratio * odds) / (1 + ratio * odds)))
        const { low, high } = found.interval(0.05)
        isOut ||= ratio < low * 0.999 || (high !== null && ratio > high * 1.001)
        isHarm ||= found.logEvidenceOfHarm() >= Math.log(20)
      }
      if (isOut) missed++
      if (ratio === 1 && isHarm) harm++
    }
    expect(missed / runs).toBeLessThan(0.05)
    expect(missed).toBeGreaterThan(0)
    expect(harm / (runs / 3)).toBeLessThan(0.05)
  })
})
