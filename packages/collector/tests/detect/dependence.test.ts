import { describe, expect, test } from 'vitest'
import { correlationOf, effectOfOneMore } from '../../src/detect/counts/dependence.ts'
import { APP, type ClassId, CRASH, HARD, LOSS, SERVICE } from '../../src/detect/words/classes.ts'

/** What n failures of one practice say, told one after another. */
function effectOf(n: number, correlation: number): number {
  let effect = 0
  for (let i = 0; i < n; i++) effect += effectOfOneMore(effect, correlation)
  return effect
}

describe('failures of one practice say as much as', () => {
  // n / (1 + (n − 1)ρ), Kish, "Survey Sampling" (1965), §5.4
  test.each([
    [1, 0.05, 1],
    [3, 0.05, 2.727],
    [20, 0.05, 10.256],
    [20, 0.3, 2.985],
    [20, 0.5, 1.905],
    [20, 1, 1],
    [20, 0, 20],
  ])('%d with a correlation of %d: %d independent ones', (n, correlation, effect) => {
    expect(effectOf(n, correlation)).toBeCloseTo(effect, 3)
  })
})

test('where all are one, what is left of one', () => {
  expect(effectOfOneMore(Math.exp(-2), 1)).toBeCloseTo(1 - Math.exp(-2), 9)
  expect(effectOfOneMore(40, 1)).toBe(0)
})

test('silence is one for a practice, a blue screen that names a driver nearly itself', () => {
  const of = (cls: ClassId, isBugcheck: boolean, culprit: string | null) => correlationOf({ cls, isBugcheck, culprit })
  expect(of(LOSS, false, null)).toBe(1)
  expect(of(HARD, false, null)).toBe(1)
  expect(of(APP, false, 'prescribe.exe')).toBe(1)
  expect(of(SERVICE, false, null)).toBeLessThan(1)
  expect(of(CRASH, true, null)).toBeLessThan(of(SERVICE, false, null))
  expect(of(CRASH, true, 'csagent.sys')).toBeLessThan(of(CRASH, true, null))
})
