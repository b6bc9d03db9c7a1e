import { beforeEach, describe, expect, test } from 'vitest'
import { Votes } from '../../src/detect/counts/votes.ts'
import { Machines } from '../../src/detect/fleet/machines.ts'
import { MEMORIES } from '../../src/detect/numbers/memory.ts'
import { type ClassId, CRASH, HARD, LOSS, SITE } from '../../src/detect/words/classes.ts'
import type { Vote } from '../../src/detect/words/failure.ts'
import { machineId, regionId, siteId } from './ids.ts'
import { DAY, HOUR, NOW } from './parts.ts'

let votes: Votes

beforeEach(() => {
  const machines = new Machines()
  machines.reserve(100)
  votes = new Votes(machines)
  votes.reserve(100)
})

interface Cast {
  readonly machine?: number
  readonly site?: number
  readonly region?: number
  readonly cls?: ClassId
  readonly correlation?: number
}

function cast(at: number, { machine = 0, site = 0, region = 0, cls = CRASH, correlation = 1 }: Cast = {}): Vote | null {
  const voter = { machine: machineId(machine), site: siteId(site), region: regionId(region), cls, correlation }
  return votes.cast(voter, at)
}

/** Under the memory of an hour. */
const hourly = (vote: Vote | null): number | undefined => vote?.weights[1]

describe('one machine has one vote', () => {
  test.each([
    [CRASH, 24 * HOUR],
    [LOSS, 12 * HOUR],
    [SITE, HOUR],
  ] as const)('in class %i for %i seconds', (cls, coolDown) => {
    expect(cast(NOW, { cls })).not.toBeNull()
    expect(cast(NOW + coolDown - 1, { cls })).toBeNull()
    expect(cast(NOW + coolDown, { cls })).not.toBeNull()
  })

  test('in each class', () => {
    expect(cast(NOW, { cls: CRASH })).not.toBeNull()
    expect(cast(NOW, { cls: HARD })).not.toBeNull()
    expect(cast(NOW, { cls: CRASH })).toBeNull()
  })
})

describe('the votes of one practice', () => {
  test('that are one cause weigh 1 − e^(−Δ/τ), Δ after the last', () => {
    expect(cast(NOW, { machine: 0 })?.weights).toEqual([1, 1, 1, 1])
    const second = cast(NOW + 600, { machine: 1 })
    MEMORIES.forEach((tau, j) => expect(second?.weights[j]).toBeCloseTo(1 - Math.exp(-600 / tau), 6))
  })

  test('at one moment: the second of a power cut weighs nothing', () => {
    cast(NOW, { machine: 0 })
    expect(cast(NOW, { machine: 1 })?.weights).toEqual([0, 0, 0, 0])
  })

  test.each([0.05, 0.3, 0.5])('with correlation %f: n weigh n / (1 + (n − 1)ρ) together', (correlation) => {
    let sum = 0
    for (let n = 1; n <= 8; n++) {
      sum += hourly(cast(NOW, { machine: n, correlation })) ?? 0
      expect(sum).toBeCloseTo(n / (1 + (n - 1) * correlation), 5)
    }
  })

  test('that do not depend on one another weigh one each', () => {
    for (let machine = 0; machine < 5; machine++) expect(hourly(cast(NOW, { machine, correlation: 0 }))).toBe(1)
  })

  test('are forgotten by each memory in its own time', () => {
    cast(NOW, { machine: 0 })
    const later = cast(NOW + 3 * HOUR, { machine: 1 })
    // five minutes have forgotten it, a week has not
    expect(later?.weights[0]).toBeCloseTo(1, 9)
    expect(later?.weights[3]).toBeCloseTo((3 * HOUR) / (7 * DAY), 3)
  })

  test('say nothing of another practice, nor of another class', () => {
    cast(NOW, { machine: 0, site: 0 })
    expect(hourly(cast(NOW, { machine: 1, site: 1 }))).toBe(1)
    expect(hourly(cast(NOW, { machine: 2, site: 0, cls: HARD }))).toBe(1)
  })
})

describe('dark practices of one region', () => {
  const dark = (at: number, site: number, region = 0) =>
    hourly(cast(at, { machine: site, site, region, cls: SITE })) ?? Number.NaN

  test('share one vote that comes back over 15 minutes', () => {
    expect(dark(NOW, 0)).toBe(1)
    expect(dark(NOW + 450, 1)).toBeCloseTo(0.5, 9)
    // since the second, not since the first
    expect(dark(NOW + 450 + 90, 2)).toBeCloseTo(0.1, 9)
    expect(dark(NOW + 450 + 90 + 2000, 3)).toBe(1)
  })

  test('that follow at once weigh little, and do not use up the next one’s', () => {
    dark(NOW, 0)
    expect(dark(NOW + 30, 1)).toBeCloseTo(30 / 900, 9)
    expect(dark(NOW + 450, 2)).toBeCloseTo(0.5, 9)
  })

  test('leave other regions alone', () => {
    dark(NOW, 0, 0)
    expect(dark(NOW, 1, 1)).toBe(1)
  })
})

describe('a vote that is taken back', () => {
  test('was never cast: machine and practice have theirs again', () => {
    const vote = cast(NOW, { machine: 0 })
    votes.takeBack(machineId(0), siteId(0), CRASH, NOW, vote as Vote)
    expect(cast(NOW + 1, { machine: 0 })?.weights).toEqual([1, 1, 1, 1])
  })

  test('leaves a practice alone that has voted since', () => {
    const first = cast(NOW, { machine: 0 })
    cast(NOW + 60, { machine: 1 })
    votes.takeBack(machineId(0), siteId(0), CRASH, NOW, first as Vote)
    expect(hourly(cast(NOW + 60, { machine: 2 }))).toBeCloseTo(0, 9)
    // but the machine itself may vote
    expect(cast(NOW + 60, { machine: 0 })).not.toBeNull()
  })

  test('does not free a machine that has voted anew', () => {
    const first = cast(NOW, { machine: 0 })
    cast(NOW + 24 * HOUR, { machine: 0 })
    votes.takeBack(machineId(0), siteId(0), CRASH, NOW, first as Vote)
    expect(cast(NOW + 25 * HOUR, { machine: 0 })).toBeNull()
  })
})

test('a restart forgets nothing that practices and regions have said', () => {
  cast(NOW, { machine: 0 })
  cast(NOW, { machine: 1, site: 1, cls: SITE })
  const again = new Votes(new Machines())
  again.load(votes.save())
  votes = again
  // the machines' own votes are kept with the machines, so these have none yet
  expect(hourly(cast(NOW + 60, { machine: 2 }))).toBeCloseTo(1 - Math.exp(-60 / 3600), 6)
  expect(hourly(cast(NOW + 90, { machine: 3, site: 2, cls: SITE }))).toBeCloseTo(0.1, 9)
})
