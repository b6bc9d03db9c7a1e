import { expect, test } from 'vitest'
import { Random } from '../../packages/shared/src/flow/random.ts'
import { awayStill, QUIET_SECONDS } from '../../scripts/bench/limit/fleet.ts'
import { floorOf, oracle, thresholdOf } from '../../scripts/bench/limit/oracle.ts'
import type { Cell, Struck } from '../../scripts/bench/limit/outage.ts'
import { picture } from '../../scripts/bench/limit/picture.ts'

const cell: Cell = { machines: 100, share: 0.1, speed: 'hours', kind: 'service' }
const at = (failed: number, machine = 0): Struck => ({
  machine,
  arrived: QUIET_SECONDS,
  failed: QUIET_SECONDS + failed,
  away: 0,
})
const well = (n: number): Struck[] =>
  Array.from({ length: n }, (_, i) => ({
    machine: 100 + i,
    arrived: QUIET_SECONDS,
    failed: Number.POSITIVE_INFINITY,
    away: 0,
  }))

test('the oracle passes its threshold at the failure that a calculation by hand says', () => {
  // hazard at once 0.1/3600 by the second over 1e-4/3600: ln(1001) = 6.909 for each failure, less 0.1·t/3600 for each machine;
  // the threshold for 30 versions in 14 days at one a year is ln(782) = 6.66, at a tenth a year 8.96
  expect(thresholdOf(1)).toBeCloseTo(Math.log(30 * (365 / 14)), 6)
  expect(oracle(cell, [at(10), ...well(20)], 1)).toEqual({ at: QUIET_SECONDS + 11, failures: 1 })
  expect(oracle(cell, [at(10), ...well(20)], 0.1)).toBeUndefined()
  expect(oracle(cell, [at(10), at(40, 1), ...well(20)], 0.1)?.failures).toBe(2)
})

test('the wary oracle waits for the third machine, of blue screens for the second in another practice', () => {
  const known = (kind: Cell['kind'], machines: readonly number[]) =>
    oracle({ ...cell, kind }, [...machines.map((machine, k) => at(10 + k, machine)), ...well(20)], 1, true)?.failures
  expect(known('service', [0, 1, 2, 3])).toBe(3)
  expect(known('crash', [0, 1, 2, 3])).toBe(3)
  expect(known('crash', [0, 20, 2, 3])).toBe(2)
  expect(known('service', [0, 20])).toBeUndefined()
})

test('the wary oracle says nothing of machines that are away for less than ten minutes', () => {
  const away = Array.from({ length: 20 }, (_, machine) => ({ ...at(0, machine), away: Number.POSITIVE_INFINITY }))
  const known = (isWary: boolean) => oracle({ ...cell, share: 1, kind: 'no-return' }, away, 1, isWary)?.at
  expect(known(false)).toBeLessThan(QUIET_SECONDS + 600)
  expect(known(true)).toBeCloseTo(QUIET_SECONDS + 600, -2)
  expect(known(true)).toBeGreaterThanOrEqual(QUIET_SECONDS + 600)
})

test('Lorden’s bound: threshold over information a second', () => {
  const hazard = 0.1 / 3_600
  const information = 50 * (hazard * Math.log1p(1_000) - hazard)
  expect(floorOf(cell, 50, 1)).toBeCloseTo(thresholdOf(1) / information + 1, 6)
  expect(floorOf({ ...cell, kind: 'no-return' }, 50, 1)).toBeUndefined()
})

test('without harm the oracle raises as seldom as its budget says', () => {
  const random = new Random(5)
  // so lavish a budget that a false one is seen: e^-h is then one in twenty
  const budget = (30 * (365 / 14)) / 20
  let raised = 0
  const runs = 2_000
  for (let run = 0; run < runs; run++) {
    const struck = Array.from({ length: 40 }, (_, machine): Struck => {
      // the background of services' deaths alone
      const s = -3_600e4 * Math.log1p(-random.next())
      return {
        machine,
        arrived: QUIET_SECONDS,
        failed: s < 6 * 3_600 ? QUIET_SECONDS + s : Number.POSITIVE_INFINITY,
        away: 0,
      }
    })
    if (oracle(cell, struck, budget)) raised++
  }
  expect(raised / runs).toBeLessThan(0.05)
})

test('a healthy restart takes a minute and something', () => {
  expect(awayStill(30)).toBe(1)
  expect(awayStill(120)).toBeCloseTo(0.005 + 0.995 * Math.exp(-1), 9)
})

test('the picture has a cell for each result', () => {
  const result = {
    ...cell,
    exposed: 1,
    failed: 1,
    detector: null,
    oracle: null,
    floor: null,
    ratio: Number.POSITIVE_INFINITY,
    ratioToWary: null,
    wrongFirst: false,
  }
  const svg = picture([result], { sizes: [100], shares: [0.1], speeds: ['hours'] })
  expect(svg.match(/never/g)).toHaveLength(1)
})
