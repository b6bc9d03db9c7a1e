import { expect, test } from 'vitest'
import { Backoff, backoffMs } from '../../src/flow/index.ts'

const STEPS = { firstMs: 1_000, mostMs: 60_000 }

test('doubles from the first step to the most, however often it fails', () => {
  expect([1, 2, 3, 6, 7, 100, 5_000].map((n) => backoffMs(STEPS, n))).toEqual([
    1_000, 2_000, 4_000, 32_000, 60_000, 60_000, 60_000,
  ])
})

test('waits a random share of the step, and begins anew once it worked', () => {
  const backoff = new Backoff({ ...STEPS, random: () => 0.5 })
  expect([backoff.next(), backoff.next(), backoff.next()]).toEqual([500, 1_000, 2_000])
  backoff.reset()
  expect(backoff.next()).toBe(500)
})

test('the least share is waited by everybody', () => {
  expect(new Backoff({ ...STEPS, leastShare: 0.5, random: () => 0 }).next()).toBe(500)
  expect(new Backoff({ ...STEPS, leastShare: 0.5, random: () => 0.5 }).next()).toBe(750)
})
