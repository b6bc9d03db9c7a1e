import { beforeEach, describe, expect, test } from 'vitest'
import { Restarts } from '../../src/detect/fleet/restarts.ts'
import { factId, machineId, siteId } from './ids.ts'

const MINUTE = 60
const BUILD = factId(7)
let restarts: Restarts

beforeEach(() => {
  restarts = new Restarts()
})

/** The machine says at a minute that it restarts, each in a practice of its own. */
const announce = (machine: number, minute: number, fresh: readonly number[] = []) =>
  restarts.announce(machineId(machine), siteId(machine), fresh.map(factId), minute * MINUTE)

const back = (machine: number, minute: number) => restarts.back(machineId(machine), minute * MINUTE)

/** What becomes known from one minute to another, looked at every minute. */
function known(from: number, to: number): string[] {
  const told: string[] = []
  for (let minute = from; minute <= to; minute++)
    for (const { machine, horizon, isBack } of restarts.outcomes(minute * MINUTE))
      told.push(`${minute}: ${machine} ${horizon} ${isBack ? 'back' : 'away'}`)
  return told
}

describe('a restart has an outcome after ten minutes and after an hour', () => {
  test('of a machine that is back in time', () => {
    announce(1, 0)
    back(1, 4)
    expect(known(0, 70)).toEqual(['10: 1 soon back', '60: 1 hour back'])
  })

  test('of one that is slow: late, but back', () => {
    announce(1, 0)
    expect(known(0, 12)).toEqual(['10: 1 soon away'])
    back(1, 30)
    expect(known(13, 70)).toEqual(['60: 1 hour back'])
  })

  test('of one that never comes', () => {
    announce(1, 0)
    expect(known(0, 70)).toEqual(['10: 1 soon away', '60: 1 hour away'])
    expect(known(71, 200)).toEqual([])
  })

  test('and the well count no sooner than the others: the latest restarts do not all look well', () => {
    announce(1, 0)
    announce(2, 1)
    back(2, 3)
    expect(known(0, 9)).toEqual([])
  })
})

describe('a build that came with the restart', () => {
  test('may keep its machines for forty minutes while nobody has come back with it', () => {
    announce(1, 0, [7])
    expect(known(0, 39)).toEqual([])
    expect(known(40, 60)).toEqual(['40: 1 soon away', '60: 1 hour away'])
  })

  test('that takes half an hour on those that are back has an hour', () => {
    for (const machine of [1, 2, 3]) announce(machine, machine, [7])
    announce(4, 4, [7])
    for (const machine of [1, 2, 3]) back(machine, machine + 25)
    expect(known(0, 62).filter((line) => line.includes('away'))).toEqual([])
    expect(known(63, 70)).toEqual(['63: 3 hour back', '64: 4 soon away', '64: 4 hour away'])
  })

  test('that others came back from at once has ten minutes like any restart', () => {
    for (const machine of [1, 2, 3]) announce(machine, 0, [7])
    announce(4, 1, [7])
    for (const machine of [1, 2, 3]) back(machine, 3)
    expect(known(0, 12).filter((line) => line.includes('away'))).toEqual(['11: 4 soon away'])
  })
})

test('the n-th restart of a practice weighs min(1, 4/n)', () => {
  for (let m = 0; m < 8; m++) restarts.announce(machineId(m), siteId(0), [], 0)
  const weights = [...restarts.outcomes(10 * MINUTE)].map((outcome) => outcome.weight)
  expect(weights).toEqual([1, 1, 1, 1, 4 / 5, 4 / 6, 4 / 7, 4 / 8])
})

test('goes on from what was saved', () => {
  announce(1, 0, [BUILD])
  announce(2, 0)
  back(2, 5)
  const later = new Restarts()
  later.load(structuredClone(restarts.save()))
  const before = known(0, 70)
  restarts = later
  expect(known(0, 70)).toEqual(before)
})
