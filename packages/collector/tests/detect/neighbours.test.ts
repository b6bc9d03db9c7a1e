import { describe, expect, it, test } from 'vitest'
import { logAmong, Neighbours } from '../../src/detect/counts/neighbours.ts'
import { neighboursOf } from '../../src/detect/fleet/neighbourhood.ts'
import { DAY, FRESH } from '../../src/detect/words/ages.ts'
import { LOSS } from '../../src/detect/words/classes.ts'
import type { Beside } from '../../src/detect/words/failure.ts'
import { factId, machineId } from './ids.ts'
import { failure, NOW, Parts } from './parts.ts'

const FACT = factId(1)
const beside = (share: number, had: boolean): Beside => ({ fact: FACT, window: FRESH, share, had })

describe('how much failures say beside their neighbours', () => {
  // n·KL by hand: scipy.stats.entropy([a, 1-a], [p, 1-p]) times n
  test.each([
    [{ trials: 6, observed: 6, expected: 3 }, 1, -4.158_883],
    [{ trials: 20, observed: 18, expected: 9 }, 1, -9.067_153],
    [{ trials: 10, observed: 10, expected: 5 }, 2, -4.054_651],
  ])('%j at %d times the risk', (among, risk, log) => {
    expect(logAmong(among, risk)).toBeCloseTo(log, 4)
  })

  test('nothing where those with it fail hardly more than was due', () => {
    expect(logAmong({ trials: 40, observed: 24, expected: 20 }, 1)).toBe(0)
    expect(logAmong({ trials: 0, observed: 0, expected: 0 }, 1)).toBe(0)
  })

  test('nothing where at that age machines fail so much oftener anyway', () => {
    expect(logAmong({ trials: 20, observed: 18, expected: 10 }, 8)).toBe(0)
  })
})

describe('sums', () => {
  test('are forgotten over half a day, and a failure that never was is taken back whole', () => {
    const sums = new Neighbours()
    sums.add(LOSS, [beside(0.25, true)], NOW, NOW, 1)
    expect(sums.of(FACT, LOSS, FRESH, NOW)).toEqual({ trials: 1, observed: 1, expected: 0.25 })
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
    expect(neighboursOf(parts.fleet, failed)).toEqual([
      { fact: fresh, window: FRESH, share: 2 / 3, had: true },
      { fact: fresh, window: DAY, share: 2 / 3, had: true },
      { fact: older, window: DAY, share: 1 / 3, had: false },
    ])
  })

  it('says nothing of what all of them have', () => {
    const parts = new Parts()
    parts.enrol(4, 4)
    const fact = parts.give('content:Falcon@2', [0, 1, 2, 3], NOW - 60)
    expect(neighboursOf(parts.fleet, failure({ machine: 0, site: 0, has: [[fact, 60]] }))).toEqual([])
  })
})
