import { DAY } from '@pumphandle/shared/time'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { correct, skewOf } from '../../src/model/agent-time.ts'

const NOW = Date.UTC(2024, 6, 19, 4, 9)

describe('the agent’s time', () => {
  test('the journey of a frame is no skew', () => {
    expect(skewOf(NOW - 1_500, NOW)).toBe(0)
    expect(skewOf(NOW - 2_500, NOW)).toBe(-2_500)
    expect(skewOf(NOW + 3 * DAY, NOW)).toBe(3 * DAY)
  })

  test.each([
    ['right', NOW - 60_000, 0, NOW - 60_000],
    ['three days ahead', NOW + 3 * DAY - 60_000, 3 * DAY, NOW - 60_000],
    ['a year behind', NOW - 365 * DAY - 60_000, -365 * DAY, NOW - 60_000],
    ['an old log keeps its times', NOW - 300 * DAY, 0, NOW - 300 * DAY],
    ['an old log of a clock that is ahead now', NOW - 300 * DAY, 3 * DAY, NOW - 300 * DAY],
    ['a clock that lost its battery', 1_000, 0, NOW],
    ['the future', NOW + DAY, 0, NOW],
  ])('%s', (_name, agentAt, skew, expected) => {
    expect(correct(agentAt, skew, NOW)).toBe(expected)
  })

  test('nothing happens after it was received', () => {
    const time = fc.integer({ min: 0, max: 253_402_300_799_999 })
    fc.assert(
      fc.property(time, time, (agentAt, sentAt) => {
        expect(correct(agentAt, skewOf(sentAt, NOW), NOW)).toBeLessThanOrEqual(NOW)
      }),
    )
  })
})
