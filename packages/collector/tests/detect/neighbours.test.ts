import { describe, expect, it, test } from 'vitest'
import { type Among, logAmong, Neighbours } from '../../src/detect/counts/neighbours.ts'
import { neighboursOf } from '../../src/detect/fleet/neighbourhood.ts'
import { FRESH, WITHIN_DAY } from '../../src/detect/words/ages.ts'
import { APP, LOSS } from '../../src/detect/words/classes.ts'
import type { Beside } from '../../src/detect/words/failure.ts'
import { factId, machineId } from './ids.ts'
import { failure, NOW, Parts } from './parts.ts'

const FACT = factId(1)
const beside = (share: number, had: boolean): Beside => ({ fact: FACT, window: FRESH, share, had })

/** What sums know of failures of which each befell a machine with the fact, or not, where a share had it. */
function among(failures: readonly (readonly [share: number, had: boolean])[]): Among {
  const sums = new Neighbours()
  for (const [share, had] of failures) sums.add(LOSS, [beside(share, had)], NOW, NOW, 1)
  return sums.of(FACT, LOSS, FRESH, NOW)
}

const times = <T>(n: number, one: T): T[] => Array.from({ length: n }, () => one)

describe('how much failures say beside their neighbours', () => {
  // ln of the mean likelihood ratio over the odds, by a program of its own in Python's floats
  test.each([
    ['six of six where half had it', times(6, [0.5, true] as const), 1, -3.708_883],
    [
      'eighteen of twenty where 45 % had it',
      [...times(18, [0.45, true] as const), ...times(2, [0.45, false] as const)],
      1,
      -8.132_706,
    ],
    ['ten of ten at 1.7 times the risk, taken for 2', times(10, [0.5, true] as const), 1.7, -3.637_175],
    [
      'one after the other, until nobody is left',
      times(3, [
        [0.75, true],
        [0.5, true],
        [0.25, true],
      ] as const).flat(),
      1,
      -6.388_481,
    ],
  ])('%s', (_, failures, risk, log) => {
    expect(logAmong(among(failures), risk)).toBeCloseTo(log, 5)
  })

  test('is no more than the chance itself, which is the product of the shares', () => {
    expect(logAmong(among(times(6, [0.5, true])), 1)).toBeGreaterThan(6 * Math.log(0.5))
  })

  test('nothing where those with it fail hardly more than was due', () => {
    expect(logAmong(among([...times(24, [0.5, true] as const), ...times(16, [0.5, false] as const)]), 1)).toBe(0)
    expect(logAmong(among([]), 1)).toBe(0)
  })

  test('nothing where at that age machines fail so much oftener anyway', () => {
    expect(logAmong(among([...times(18, [0.5, true] as const), ...times(2, [0.5, false] as const)]), 8)).toBe(0)
  })

  test('nothing where they fail oftener anyway than any odds that are held against it', () => {
    expect(logAmong(among(times(18, [0.1, true])), 2000)).toBe(0)
  })
})

describe('sums', () => {
  test('are forgotten over half a day, and a failure that never was is taken back whole', () => {
    const sums = new Neighbours()
    sums.add(LOSS, [beside(0.25, true)], NOW, NOW, 1)
    expect(sums.of(FACT, LOSS, FRESH, NOW)).toMatchObject({ trials: 1, observed: 1, expected: 0.25 })
    expect(sums.of(FACT, LOSS, FRESH, NOW + 43_200).observed).toBeCloseTo(1 / Math.E, 9)
    sums.add(LOSS, [beside(0.5, false)], NOW + 100, NOW + 100, 1)
    sums.add(LOSS, [beside(0.25, true)], NOW, NOW + 200, -1)
    const left = sums.of(FACT, LOSS, FRESH, NOW + 200)
    expect(left.observed).toBeCloseTo(0, 12)
    expect(left.expected).toBeCloseTo(0.5 * left.trials, 12)
  })

  test('outlive a restart', () => {
    const sums = new Neighbours()
    sums.add(LOSS, [beside(0.25, true)], NOW, NOW, 1)
    const again = new Neighbours()
    again.load(structuredClone(sums.save()))
    expect(again.of(FACT, LOSS, FRESH, NOW)).toEqual(sums.of(FACT, LOSS, FRESH, NOW))
  })
})

describe('who was there when a machine failed', () => {
  it('counts those with what came lately among the connected ones of the practice', () => {
    const parts = new Parts()
    parts.enrol(8, 4)
    const fresh = parts.give('content:Falcon@2', [0, 1, 5], NOW - 60)
    const older = parts.give('content:Falcon@1', [2], NOW - 3600)
    parts.give('sensor:Falcon@7', [0, 1, 2, 3])
    parts.fleet.disconnect(machineId(3))
    const failed = failure({ machine: 0, site: 0, has: [[fresh, 60]] })
    expect(neighboursOf(parts.fleet, parts.facts, failed)).toEqual([
      { fact: fresh, window: FRESH, share: 2 / 3, had: true },
      { fact: fresh, window: WITHIN_DAY, share: 2 / 3, had: true },
      { fact: older, window: WITHIN_DAY, share: 1 / 3, had: false },
    ])
  })

  it('of a program that crashes, counts those that have the program, in whatever version', () => {
    const parts = new Parts()
    parts.enrol(8, 8)
    const fresh = parts.give('app:emis-web@2', [0, 1], NOW - 60)
    parts.give('app:emis-web@1', [2, 3])
    const failed = failure({ machine: 0, site: 0, has: [[fresh, 60]], classes: [APP] })
    expect(neighboursOf(parts.fleet, parts.facts, failed)).toEqual([
      { fact: fresh, window: FRESH, share: 2 / 4, had: true },
      { fact: fresh, window: WITHIN_DAY, share: 2 / 4, had: true },
    ])
  })

  it('says nothing of what all of them have', () => {
    const parts = new Parts()
    parts.enrol(4, 4)
    const fact = parts.give('content:Falcon@2', [0, 1, 2, 3], NOW - 60)
    expect(neighboursOf(parts.fleet, parts.facts, failure({ machine: 0, site: 0, has: [[fact, 60]] }))).toEqual([])
  })
})
