import { DAY } from '@pumphandle/shared/time'
import { expect, test } from 'vitest'
import { Budgets } from '../../src/ingest/budgets.ts'

test('the history of a machine that comes and goes all day is bounded, across restarts, and another one’s is its own', () => {
  const before = new Budgets({ framesPerMinute: 240 })
  let taken = 0
  for (let n = 0; n < 10_000; n++) if (before.takeState(1, 0)) taken++
  // one that is heard again as soon as it is dark
  expect(taken).toBe((2 * DAY) / 40_000)
  const after = new Budgets({ framesPerMinute: 240 })
  after.load(before.save(0))
  expect([after.takeState(1, 0), after.takeState(2, 0)]).toEqual([false, true])
  expect(after.takeState(1, DAY / 100)).toBe(true)
})
