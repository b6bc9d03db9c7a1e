import { DAY, HOUR } from '@pumphandle/shared/time'
import pino from 'pino'
import { expect, test } from 'vitest'
import { ClockKeeper } from '../../src/jobs/clock-keeper.ts'
import { StillClock } from '../serve/support/temp-store.ts'
import { FleetWorld, machineRow, START } from '../support/world.ts'

/** A keeper that started at START, on a store whose newest event then was so old. */
function keeper(newestAge: number | undefined, ...skews: number[]) {
  const { fleet } = new FleetWorld()
  skews.forEach((skew, i) => {
    const machine = fleet.put(machineRow(i + 1), START)
    machine.connected = true
    machine.clockSkewMs = skew
  })
  const clock = new StillClock(START)
  const newestBefore = newestAge === undefined ? undefined : START - newestAge
  const keeper = new ClockKeeper({ clock, log: pino({ level: 'silent' }), fleet, startedAt: START, newestBefore })
  return { keeper, clock }
}

test('a start at a time that the store had nearly seen is believed', () => {
  expect(keeper(HOUR).keeper.mayDelete).toBe(true)
  expect(keeper(undefined).keeper.mayDelete).toBe(true)
})

test('a start two years after the newest event is not, whatever is stored since by the same clock, for a day', () => {
  const { keeper: one, clock } = keeper(730 * DAY)
  expect(one.mayDelete).toBe(false)
  clock.time += DAY - HOUR
  expect(one.mayDelete).toBe(false)
  clock.time += 2 * HOUR
  expect(one.mayDelete).toBe(true)
})

test('a start two years before the newest event is not', () => {
  expect(keeper(-730 * DAY).keeper.mayDelete).toBe(false)
})

test('three machines know better than the store, either way', () => {
  expect(keeper(730 * DAY, 0, 1_000, -1_000).keeper.mayDelete).toBe(true)
  expect(keeper(HOUR, -730 * DAY, -730 * DAY, 0).keeper.mayDelete).toBe(false)
  // two may be wrong together
  expect(keeper(HOUR, -730 * DAY, -730 * DAY).keeper.mayDelete).toBe(true)
})
