import { expect, test } from 'vitest'
import { exerciseOutage } from '../src/commons/exercise.ts'

test('in the outage of 19 July 2024 more organisations have a word on it with a commons, none of them late, none of them false', () => {
  const sizes = { organisations: 6, least: 40, most: 500 }
  const { small, large, falseWarnings, falseIncidents } = exerciseOutage(3, 'night', sizes)
  for (const one of [small, large]) {
    expect(one.with.never).toBeLessThanOrEqual(one.without.never)
    expect(one.with.median).toBeLessThanOrEqual(one.without.median ?? Infinity)
  }
  expect([falseWarnings, falseIncidents.with]).toEqual([[], []])
})
