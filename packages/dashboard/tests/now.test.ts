import type { Clock } from '@pumphandle/shared/clock'
import { expect, test } from 'vitest'
import { createTicker } from '../src/design/now.tsx'

const OWN = 1_000_000

test('ages are told by the collector, whose clock a computer that is wrong takes over', () => {
  let now = OWN
  const clock: Clock = { now: () => now, after: () => () => undefined, every: () => () => undefined }
  const ticker = createTicker(clock)
  let told = 0
  ticker.subscribe(() => told++)
  ticker.correct(OWN + 180_000)
  expect(ticker.now()).toBe(OWN + 180_000)
  expect(ticker.corrected(OWN)).toBe(OWN + 180_000)
  expect(told).toBe(1)
  now += 500
  // a message under way for a moment is no reason to step back
  ticker.correct(OWN + 180_000)
  expect(ticker.corrected(now)).toBe(now + 180_000)
  expect(told).toBe(1)
})
