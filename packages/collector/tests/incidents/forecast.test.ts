import { HOUR, MINUTE } from '@pumphandle/shared/time'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { forecast, type OnItsWay } from '../../src/incidents/forecast.ts'

const NOW = 1000 * HOUR

/** A machine a minute for two hours, of which one in four fails; 600 others in 60 practices of ten. */
const steady: OnItsWay = {
  now: NOW,
  until: NOW + 4 * HOUR,
  arrivals: Array.from({ length: 120 }, (_, i) => NOW - i * MINUTE),
  failures: Array.from({ length: 30 }, (_, i) => NOW - i * MINUTE),
  remaining: new Map(Array.from({ length: 60 }, (_, site) => [site, 10])),
  practices: new Map(Array.from({ length: 60 }, (_, site) => [site, { machines: 10, ill: site < 3 ? 5 : 0 }])),
}

test('a steady pace goes on, with a range; who has lost half already tips over', () => {
  const told = forecast(steady)
  expect(told.over).toBeNull()
  expect(told.arrivals.likely).toBeGreaterThan(230)
  expect(told.arrivals.likely).toBeLessThan(250)
  expect(told.arrivals.low).toBeLessThan(told.arrivals.likely)
  expect(told.failures.likely).toBeCloseTo(60, -1)
  expect(told.practices).toBe(60)
  expect(told.halfLost).toBe(3)
  // the hour before was alike, and the forecast of then held
  expect(told.past?.happened).toBe(60)
  expect(told.past?.said.low).toBeLessThanOrEqual(60)
  expect(told.past?.said.high).toBeGreaterThanOrEqual(60)
})

test('nothing is forecast of what has stopped, or of what everybody has', () => {
  expect(forecast({ ...steady, arrivals: steady.arrivals.map((at) => at - HOUR) }).over).toBe('nothing-arrives')
  expect(forecast({ ...steady, remaining: new Map() }).over).toBe('everybody-has-it')
})

test('one that stopped is over as soon as its silence is longer than any of its pauses', () => {
  // as content that 300 machines fetch in two minutes, and that is withdrawn then
  const fast = Array.from({ length: 300 }, (_, i) => NOW - i * 400)
  const after = (ms: number) => forecast({ ...steady, arrivals: fast.map((at) => at - ms) })
  expect(after(2 * MINUTE).over).toBeNull()
  expect(after(6 * MINUTE)).toMatchObject({ over: 'nothing-arrives', perHour: 0, lastArrivalAt: NOW - 6 * MINUTE })
  // a machine a minute pauses for a quarter of an hour
  expect(forecast({ ...steady, arrivals: steady.arrivals.map((at) => at - 15 * MINUTE) }).over).toBeNull()
})

test('the range of a Poisson pace holds nine times in ten', () => {
  let held = 0
  const trials = 400
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 1e-9, max: 1, noNaN: true }), { minLength: 900, maxLength: 900 }),
      (chances) => {
        // exponential gaps of a minute on average, over two hours
        const arrivals: number[] = []
        let at = NOW - 2 * HOUR
        for (const chance of chances) {
          at -= Math.log(chance) * MINUTE
          if (at > NOW) break
          arrivals.push(at)
        }
        const { past } = forecast({ ...steady, arrivals })
        if (!past || (past.happened >= past.said.low && past.happened <= past.said.high)) held++
      },
    ),
    { numRuns: trials, seed: 7 },
  )
  expect(held / trials).toBeGreaterThan(0.85)
})
