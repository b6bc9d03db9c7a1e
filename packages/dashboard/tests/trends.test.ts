import type { TrendDay } from '@pumphandle/shared/api'
import { DAY } from '@pumphandle/shared/time'
import { expect, test } from 'vitest'
import { rates, rollUp } from '../src/pages/trends/roll-up.ts'

const FIRST = Date.UTC(2026, 0, 1)
const days = (n: number, of: Partial<TrendDay> = {}): TrendDay[] =>
  Array.from({ length: n }, (_, i) => ({
    day: FIRST + i * DAY,
    machines: 1000 + i,
    crashes: 2,
    crashedMachines: 2,
    dark: 1,
    boots: 900,
    incidents: i === 3 ? 1 : 0,
    ...of,
  }))

test('days are summed in whole buckets that end with the newest; machines are those of the end', () => {
  const rolled = rollUp(days(16), 7)
  expect(rolled.from).toBe(FIRST + 2 * DAY)
  expect(rolled.bucketSeconds).toBe((7 * DAY) / 1000)
  expect(rolled.crashes).toEqual([14, 14])
  expect(rolled.incidents).toEqual([1, 0])
  expect(rolled.machines).toEqual([1008, 1015])
})

test('a day that nobody counted is a gap, and no zero', () => {
  const some = days(5).filter((_, i) => i !== 2)
  expect(rollUp(some, 1).boots).toEqual([900, 900, null, 900, 900])
  expect(rollUp(some, 5).boots).toEqual([3600])
  expect(rollUp([], 7).crashes).toEqual([])
})

test('a fleet that doubles is not twice as ill', () => {
  const { last, before } = rates([...days(28, { machines: 1000 }), ...days(28, { machines: 2000, crashes: 4 })], 28)
  expect(before).toEqual({ crashes: 56, perThousandAndWeek: 14 })
  expect(last).toEqual({ crashes: 112, perThousandAndWeek: 14 })
  expect(rates(days(27), 28)).toEqual({})
})
