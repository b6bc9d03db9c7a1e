import { expect, test } from 'vitest'
import { VirtualClock } from '../src/time/virtual-clock.ts'

test('timers run in order, at their own time, and not before', () => {
  const clock = new VirtualClock(1000)
  const seen: [string, number][] = []
  clock.after(30, () => seen.push(['late', clock.now()]))
  clock.after(10, () => seen.push(['early', clock.now()]))
  clock.advanceTo(1020)
  expect(seen).toEqual([['early', 1010]])
  clock.advanceTo(1100)
  expect(seen).toEqual([
    ['early', 1010],
    ['late', 1030],
  ])
  expect(clock.now()).toBe(1100)
})

test('an interval runs each time until it is ended, also from inside', () => {
  const clock = new VirtualClock(0)
  let runs = 0
  const stop = clock.every(100, () => {
    if (++runs === 3) stop()
  })
  clock.advanceTo(10_000)
  expect(runs).toBe(3)
  expect(clock.nextTimerAt()).toBe(Infinity)
})

test('a cancelled timer does not run, and time never goes back', () => {
  const clock = new VirtualClock(0)
  let ran = false
  clock.after(5, () => (ran = true))()
  clock.advanceTo(50)
  clock.advanceTo(20)
  expect([ran, clock.now()]).toEqual([false, 50])
  expect(() => clock.every(0, () => {})).toThrow(RangeError)
})
