import { beforeEach, describe, expect, test } from 'vitest'
import { Exposure, STEP_SECONDS } from '../../src/detect/fleet/exposure.ts'
import { Decay, MEMORIES, MEMORY_IDS } from '../../src/detect/numbers/memory.ts'
import { ANY, FRESH, LEFT, WITHIN_DAY } from '../../src/detect/words/ages.ts'
import type { FactId, Slot } from '../../src/detect/words/ids.ts'
import { factId, machineId, regionId, siteId } from './ids.ts'
import { DAY, HOUR, MINUTE, Parts } from './parts.ts'

/** On the grid of steps, of minutes, and of days. */
const NOW = 1_721_347_200
const F = factId(3)

let decay: Decay
let exposure: Exposure
let retired: Slot[]
let learned: { fact: FactId; window: number; seconds: number }[]

beforeEach(() => {
  decay = new Decay()
  exposure = new Exposure(decay)
  retired = []
  learned = []
  step(NOW)
})

function step(at: number): void {
  const factors = decay.advance(at)
  if (factors) exposure.rescale(factors)
  exposure.step(
    at,
    STEP_SECONDS,
    (fact, window, seconds) => learned.push({ fact, window, seconds }),
    (slot) => retired.push(slot),
  )
}

/** So many connected machines have it since `arrived`. */
function have(machines: number, arrived: number, fact = F): Slot {
  const slot = exposure.claim(fact, arrived)
  for (let i = 0; i < machines; i++) {
    exposure.fleetChange(1)
    exposure.gained(slot, arrived, true)
  }
  return slot
}

/** Machine-seconds without those since the last step, for which one second of the present machines stands in. */
const time = (slot: Slot, window: 0 | 1 | 2 | 3, j: 0 | 1 | 2 | 3) =>
  exposure.time(slot, window, j, 0) - Math.max(1, exposure.machines(slot, window))

describe('machine-seconds', () => {
  test('are the connected machines, times the length of a step', () => {
    const slot = have(5, 0)
    step(NOW + 10)
    for (const j of MEMORY_IDS) expect(time(slot, ANY, j)).toBeCloseTo(50, 9)
    for (const j of MEMORY_IDS) expect(exposure.totalTime(j)).toBeCloseTo(50, 9)
  })

  test('are forgotten by e in each memory’s own time', () => {
    const slot = have(5, 0)
    step(NOW + 10)
    for (let i = 0; i < 5; i++) exposure.connection(slot, 0, -1)
    for (const j of MEMORY_IDS) {
      const factors = decay.advance(NOW + 10 + MEMORIES[j])
      if (factors) exposure.rescale(factors)
      expect(time(slot, ANY, j)).toBeCloseTo(50 / Math.E, 9)
    }
  })

  test('of long watching tend to machines × τ', () => {
    const slot = have(2, 0)
    for (let at = NOW + 10; at <= NOW + 2 * HOUR; at += 10) step(at)
    // the sum of a geometric row: n·s / (1 − e^(−s/τ)), within half a step of n·τ
    expect(time(slot, ANY, 0)).toBeCloseTo(20 / (1 - Math.exp(-10 / 300)), 6)
  })

  test('since the last step are those of the present machines, a second of one at least and a step at most', () => {
    const slot = have(5, 0)
    expect(exposure.time(slot, ANY, 0, 0)).toBe(5)
    expect(exposure.time(slot, ANY, 0, 4)).toBe(20)
    expect(exposure.time(slot, ANY, 0, 400)).toBe(50)
    expect(exposure.time(slot, LEFT, 0, 0)).toBe(1)
  })

  test('are not those of machines that have gone', () => {
    const slot = have(5, 0)
    exposure.fleetChange(-1)
    exposure.connection(slot, 0, -1)
    step(NOW + 10)
    expect(time(slot, ANY, 1)).toBeCloseTo(40, 9)
    expect(exposure.totalTime(1)).toBeCloseTo(40, 9)
    expect(exposure.holders(slot)).toBe(5)
  })

  test('are taught by window, and not those of any age', () => {
    have(2, NOW)
    step(NOW + 10)
    expect(learned).toEqual([
      { fact: F, window: FRESH, seconds: 20 },
      { fact: F, window: WITHIN_DAY, seconds: 20 },
    ])
  })
})

describe('a machine counts', () => {
  const counted = (slot: Slot) => [FRESH, WITHIN_DAY, ANY, LEFT].map((w) => exposure.machines(slot, w as 0 | 1 | 2 | 3))

  test('as fresh for 15 minutes, as a day’s for a day, and then for ever; each to one bucket', () => {
    const slot = have(1, NOW)
    expect(counted(slot)).toEqual([1, 1, 1, 0])
    step(NOW + 15 * MINUTE)
    expect(counted(slot)).toEqual([1, 1, 1, 0])
    step(NOW + 16 * MINUTE)
    expect(counted(slot)).toEqual([0, 1, 1, 0])
    step(NOW + 25 * HOUR)
    expect(counted(slot)).toEqual([0, 0, 1, 0])
  })

  test('as of any age at once where it was there before we looked', () => {
    expect(counted(have(1, 0))).toEqual([0, 0, 1, 0])
  })

  test('as having lost it for a day', () => {
    const slot = have(1, NOW)
    exposure.lost(slot, NOW, NOW + 60, true)
    expect(counted(slot)).toEqual([0, 0, 0, 1])
    step(NOW + 24 * HOUR)
    expect(counted(slot)).toEqual([0, 0, 0, 1])
    step(NOW + 26 * HOUR)
    expect(counted(slot)).toEqual([0, 0, 0, 0])
  })

  test('no longer as having lost it when it is back', () => {
    const slot = have(1, NOW)
    exposure.lost(slot, NOW, NOW + 60, true)
    exposure.returned(slot, NOW + 60)
    exposure.gained(slot, NOW + 120, true)
    expect(counted(slot)).toEqual([1, 1, 1, 0])
  })
})

describe('a fact', () => {
  test('that no machine has, nor had within a day, gives its room back', () => {
    const slot = have(1, NOW)
    exposure.lost(slot, NOW, NOW, true)
    step(NOW + 24 * HOUR)
    expect(retired).toEqual([])
    step(NOW + 26 * HOUR)
    expect(retired).toEqual([slot])
    expect(exposure.slots.find(F)).toBe(-1)
    expect(exposure.slots.active).toBe(0)
  })

  test('in a room that was another’s begins with nothing', () => {
    const slot = have(3, NOW)
    step(NOW + 10)
    for (let i = 0; i < 3; i++) exposure.lost(slot, NOW, NOW, true)
    step(NOW + 26 * HOUR)
    const next = exposure.claim(factId(9), NOW + 2 * DAY)
    expect(next).toBe(slot)
    for (const j of MEMORY_IDS) expect(time(next, ANY, j)).toBeCloseTo(0, 9)
    expect(exposure.holders(next)).toBe(0)
    expect(exposure.born(next)).toBe(NOW + 2 * DAY)
  })

  test('is as old as its earliest arrival that we hear of', () => {
    const slot = have(1, NOW)
    exposure.firstSeen(slot, NOW - HOUR)
    exposure.firstSeen(slot, NOW + HOUR)
    expect(exposure.born(slot)).toBe(NOW - HOUR)
    expect(exposure.cameLater(slot)).toBe(true)
    exposure.firstSeen(slot, 0)
    expect(exposure.cameLater(slot)).toBe(false)
  })
})

test('a restart forgets nothing', () => {
  const slot = have(5, NOW)
  step(NOW + 10)
  const again = new Exposure(decay)
  again.load(exposure.save())
  for (const window of [FRESH, WITHIN_DAY, ANY, LEFT] as const) {
    expect(again.machines(slot, window)).toBe(exposure.machines(slot, window))
    for (const j of MEMORY_IDS) expect(again.time(slot, window, j, 0)).toBe(exposure.time(slot, window, j, 0))
  }
  expect(again.fleet).toBe(5)
  expect(again.slots.find(F)).toBe(slot)
})

test.each([
  ['no practice', [], true],
  [
    'one region, practices whose numbers have gaps',
    [
      [3, 7],
      [9, 7],
    ],
    true,
  ],
  [
    'two regions',
    [
      [3, 7],
      [9, 8],
    ],
    false,
  ],
] as const)('an organisation of %s', (_what, practices, isOneRegion) => {
  const { fleet } = new Parts()
  practices.forEach(([site, region], machine) => fleet.place(machineId(machine), siteId(site), regionId(region)))
  expect(fleet.isOneRegion).toBe(isOneRegion)
})
