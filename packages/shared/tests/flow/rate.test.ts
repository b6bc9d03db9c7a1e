import { expect, test } from 'vitest'
import { perMinute, RateByKey, TokenBucket } from '../../src/flow/index.ts'

const NOW = Date.UTC(2024, 6, 19)

test('a minute’s worth at once, then as time passes; a clock that goes back gives nothing', () => {
  const rate = new TokenBucket(perMinute(60), NOW)
  for (let i = 0; i < 60; i++) expect(rate.take(NOW)).toBe(true)
  expect(rate.take(NOW)).toBe(false)
  expect(rate.take(NOW + 999)).toBe(false)
  expect(rate.take(NOW + 1_000)).toBe(true)
  expect(rate.take(NOW - 100_000)).toBe(false)
})

test('says how long until there is a turn, and when a whole burst is there again', () => {
  const rate = new TokenBucket({ burst: 2, perSecond: 4 }, NOW)
  expect([rate.waitMs(NOW), rate.isFull(NOW)]).toEqual([0, true])
  rate.take(NOW)
  rate.take(NOW)
  expect([rate.waitMs(NOW), rate.waitMs(NOW + 100)]).toEqual([250, 150])
  expect([rate.isFull(NOW + 400), rate.isFull(NOW + 600)]).toEqual([false, true])
})

test('a clock set forward gives no more than a burst', () => {
  const rate = new TokenBucket({ burst: 2, perSecond: 1 }, NOW)
  const turns = [1, 2, 3].map(() => rate.take(NOW + 10_000_000))
  expect(turns).toEqual([true, true, false])
})

test('each address has its own, and ten thousand addresses are all that is remembered', () => {
  const rates = new RateByKey(perMinute(1))
  expect(rates.take('a', NOW)).toBe(true)
  expect(rates.take('a', NOW)).toBe(false)
  expect(rates.take('b', NOW)).toBe(true)
  for (let i = 0; i < 10_001; i++) rates.take(`flood ${i}`, NOW)
  expect(rates.take('b', NOW)).toBe(true)
})
