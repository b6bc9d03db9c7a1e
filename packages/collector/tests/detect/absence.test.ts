import { beforeEach, describe, expect, test } from 'vitest'
import { Absences, type Due } from '../../src/detect/fleet/absence.ts'
import { machineId } from './ids.ts'
import { DAY, HOUR, MINUTE, NOW, Parts, range } from './parts.ts'

/** The evening before; the practices open at NOW. */
const EVENING = NOW - 12 * HOUR
/** What a practice has from its resuming on, and no longer. */
const GRACE = 90 * MINUTE

let parts: Parts
let absences: Absences

/** So many practices with so many machines each, all shut down in the evening. */
function asleep(practices: number, machines: number): void {
  parts = new Parts()
  parts.enrol(practices * machines, machines)
  absences = new Absences(parts.fleet)
  for (const m of range(0, practices * machines)) shut(m, EVENING)
}

function shut(machine: number, at: number): void {
  parts.fleet.disconnect(machineId(machine))
  parts.fleet.machines.shutAt[machine] = at
}

function back(machine: number, at = NOW): void {
  absences.returned(machineId(machine), parts.fleet.machines.shutAt[machine] ?? 0, at)
  parts.fleet.machines.shutAt[machine] = 0
  parts.fleet.connect(machineId(machine))
}

const missing = (due: readonly Due[]) => due.filter((d) => !d.back).map((d) => d.machine)
const came = (due: readonly Due[]) => due.filter((d) => d.back).map((d) => d.machine)

/** The practice is found to have resumed at `at`, and is judged when its grace is over. */
function morning(at = NOW): Due[] {
  expect(absences.judge(at)).toEqual([])
  expect(absences.judge(at + GRACE - 1)).toEqual([])
  return absences.judge(at + GRACE)
}

describe('a practice of six', () => {
  beforeEach(() => asleep(1, 6))

  test('that has resumed misses those that are not back when its grace is over', () => {
    for (const m of [0, 1, 2]) back(m)
    const due = morning()
    expect(came(due)).toEqual([0, 1, 2])
    expect(missing(due)).toEqual([3, 4, 5])
    expect(due.map((d) => d.shutAt)).toEqual(due.map(() => EVENING))
  })

  test('counts those as back that come within the grace', () => {
    for (const m of [0, 1, 2]) back(m)
    absences.judge(NOW)
    back(3, NOW + HOUR)
    expect(missing(absences.judge(NOW + GRACE))).toEqual([4, 5])
  })

  test('weighs min(1, 4/n) a machine, for those that came and those that did not', () => {
    for (const m of [0, 1, 2]) back(m)
    expect(new Set(morning().map((d) => d.weight))).toEqual(new Set([4 / 6]))
  })

  test('has not resumed with two, and they are forgotten half a day later', () => {
    back(0)
    back(1)
    expect(absences.judge(NOW + 12 * HOUR)).toEqual([])
    absences.judge(NOW + 12 * HOUR + 1)
    // a third now begins a morning of its own
    back(2, NOW + 13 * HOUR)
    expect(absences.judge(NOW + 13 * HOUR)).toEqual([])
    expect(absences.judge(NOW + 13 * HOUR + GRACE)).toEqual([])
  })

  test('is judged once', () => {
    for (const m of [0, 1, 2]) back(m)
    morning()
    expect(absences.judge(NOW + 2 * GRACE)).toEqual([])
  })

  test.each([
    ['a pause of under three hours', 3 * HOUR - 1],
    ['a holiday of over four days', 4 * DAY + 1],
  ])('does not wait after %s', (_, away) => {
    for (const m of range(0, 6)) parts.fleet.machines.shutAt[m] = NOW - away
    for (const m of [0, 1, 2]) back(m)
    expect(morning()).toEqual([])
  })

  test('does not miss one that was shut down an hour ago, nor one that is connected', () => {
    shut(5, NOW - HOUR)
    parts.fleet.connect(machineId(4))
    for (const m of [0, 1, 2]) back(m)
    expect(missing(morning())).toEqual([3])
  })

  test('is no longer expected once the collector was blind', () => {
    for (const m of [0, 1, 2]) back(m)
    absences.judge(NOW)
    absences.clear()
    expect(absences.judge(NOW + GRACE)).toEqual([])
  })
})

test('a small practice weighs a whole vote a machine', () => {
  asleep(1, 4)
  for (const m of [0, 1, 2]) back(m)
  expect(new Set(morning().map((d) => d.weight))).toEqual(new Set([1]))
})

test('of twenty, three tenths must be back before the rest are missed', () => {
  asleep(1, 20)
  for (const m of range(0, 5)) back(m)
  absences.judge(NOW)
  expect(absences.judge(NOW + GRACE)).toEqual([])
  back(5, NOW + GRACE)
  absences.judge(NOW + GRACE)
  expect(missing(absences.judge(NOW + 2 * GRACE))).toEqual(range(6, 20))
})

describe('a practice in which nobody comes back', () => {
  /** The first so many practices of four have their morning. */
  function mornings(practices: number): Due[] {
    for (let site = 0; site < practices; site++) for (const m of range(0, 3)) back(site * 4 + m)
    absences.judge(NOW)
    return absences.judge(NOW + GRACE)
  }

  test('is missed whole once five have had their morning, and half of those that were shut', () => {
    asleep(10, 4)
    expect(missing(mornings(5)).filter((m) => m >= 20)).toEqual(range(20, 40))
  })

  test('is not missed while most are away: a bank holiday', () => {
    asleep(11, 4)
    expect(missing(mornings(5)).filter((m) => m >= 20)).toEqual([])
  })

  test('is not missed by four', () => {
    asleep(5, 4)
    expect(missing(mornings(4)).filter((m) => m >= 16)).toEqual([])
  })

  test('is missed once a day', () => {
    asleep(6, 4)
    expect(missing(mornings(5)).filter((m) => m >= 20)).toEqual(range(20, 24))
    expect(absences.judge(NOW + GRACE + HOUR)).toEqual([])
  })
})

test('a restart between a morning and its judgement changes nothing', () => {
  asleep(1, 6)
  for (const m of [0, 1, 2]) back(m)
  absences.judge(NOW)
  const again = new Absences(parts.fleet)
  again.load(absences.save())
  expect(missing(again.judge(NOW + GRACE))).toEqual([3, 4, 5])
})
