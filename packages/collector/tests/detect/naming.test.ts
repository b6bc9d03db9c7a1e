import { beforeEach, describe, expect, test } from 'vitest'
import type { Incident } from '../../src/detect/cases/incident.ts'
import { Naming } from '../../src/detect/cases/naming.ts'
import type { FactId } from '../../src/detect/words/ids.ts'
import { machineId } from './ids.ts'
import { incidentOf } from './incidents.ts'
import { DAY, NOW, Parts, range } from './parts.ts'

const MACHINES = 100
const AGE = 300
const ALWAYS = Number.POSITIVE_INFINITY

let parts: Parts
let naming: Naming
let incidents: Incident[]

beforeEach(() => {
  parts = new Parts()
  parts.enrol(MACHINES)
  incidents = []
  naming = new Naming(parts, () => incidents)
})

/** On the first so many machines, since so long. */
const give = (key: string, machines: number, age = AGE) => parts.give(key, range(0, machines), NOW - age)

/** The first so many machines fail, each in its own practice, with these facts at these ages. */
function fail(machines: number, has: readonly (readonly [FactId, number])[], from = 0): void {
  for (const machine of range(from, from + machines)) parts.fail({ machine, has })
}

function name(incident: Incident, first = false): Incident {
  if (!incidents.includes(incident)) incidents.push(incident)
  naming.name(incident, NOW, first)
  return incident
}

/** By how much (natural log) the best explains better than the next. */
const margin = ({ candidates: [best, next] }: Incident): number => (best?.score ?? 0) - (next?.score ?? 0)

describe('the suspect', () => {
  /** Both were always there, the one on all machines, the other on the first so many, and these fail. */
  function twoAlwaysThere(machines: number, failing: number): readonly [FactId, FactId] {
    const all = parts.give('driver:a.sys@1', range(0, MACHINES))
    const some = parts.give('driver:b.sys@1', range(0, machines))
    fail(failing, [
      [all, ALWAYS],
      [some, ALWAYS],
    ])
    return [all, some]
  }

  test('is at first the one that explains best, whichever was flagged', () => {
    const [flagged, better] = twoAlwaysThere(10, 10)
    const incident = name(incidentOf(flagged), true)
    expect(incident.fact).toBe(better)
    expect(incident.suspects).toEqual([better])
    expect(incident.candidates.map((c) => c.fact)).toEqual([better, flagged])
  })

  test('stays while another is not better by e⁵', () => {
    const [standing] = twoAlwaysThere(50, 3)
    const incident = name(incidentOf(standing))
    // each failure says twice as much for what half as many have: 2³ together
    expect(margin(incident)).toBeCloseTo(3 * Math.log(2), 3)
    expect(incident.fact).toBe(standing)
  })

  test('stays while another is not better by a twentieth of its score', () => {
    const [standing] = twoAlwaysThere(52, 10)
    const incident = name(incidentOf(standing))
    expect(margin(incident)).toBeCloseTo(10 * Math.log(100 / 52), 3)
    expect(margin(incident)).toBeLessThan(0.05 * (incident.candidates[1]?.score ?? 0))
    expect(incident.fact).toBe(standing)
  })

  test('changes for one that is better by both', () => {
    const [standing, rival] = twoAlwaysThere(10, 10)
    const incident = name(incidentOf(standing, { suspects: [standing] }))
    expect(margin(incident)).toBeCloseTo(10 * Math.log(10), 3)
    expect(incident.fact).toBe(rival)
    expect(incident.suspects).toEqual([standing, rival])
  })

  test('and then forgets the partner that it had', () => {
    const [standing] = twoAlwaysThere(10, 10)
    const odd = parts.facts.intern('app:odd@1')
    const incident = name(incidentOf(standing, { partner: { fact: odd, versions: [odd], score: 0.1, share: 1 } }))
    expect(incident.partner).toBeNull()
  })

  test('does not change from what just came to an old version that the ill are left with', () => {
    parts.enrol(4 * MACHINES)
    const standing = give('driver:a.sys@1', 4 * MACHINES)
    const survivor = give('sensor:falcon@7.14', 3, 20 * DAY)
    fail(3, [
      [standing, AGE],
      [survivor, 20 * DAY],
    ])
    const incident = name(incidentOf(standing))
    expect(incident.candidates[0]).toMatchObject({ fact: survivor, reasons: ['old-version'] })
    expect(margin(incident)).toBeGreaterThan(5)
    expect(incident.fact).toBe(standing)
  })

  test('is at first what came minutes before, and not what was there for weeks on fewer machines, where this is better by less than e⁵', () => {
    const content = give('content:falcon/291@2', 60)
    const old = give('driver:encfs.sys@3.2', 10, 20 * DAY)
    fail(3, [
      [content, AGE],
      [old, 20 * DAY],
    ])
    const incident = name(incidentOf(old), true)
    expect(incident.candidates[0]?.fact).toBe(old)
    expect(margin(incident)).toBeGreaterThan(0.5)
    expect(margin(incident)).toBeLessThan(5)
    expect(incident.fact).toBe(content)
  })

  describe('that has just come, beside its own product', () => {
    let content: FactId
    let product: FactId

    /** Three machines tell that they had the content, so many more fail that cannot, or did not have it. */
    function failWith(others: number): Incident {
      product = give('product:falcon', 4, 20 * DAY)
      content = give('content:falcon/291@2', MACHINES)
      const had = [content, AGE] as const
      fail(3, [[product, 20 * DAY], had])
      fail(others, [[product, 20 * DAY]], 3)
      return name(incidentOf(content))
    }

    test('stays for one failure more, which may have had it', () => {
      const incident = failWith(1)
      expect(incident.candidates[0]?.fact).toBe(product)
      expect(margin(incident)).toBeGreaterThan(5)
      expect(incident.fact).toBe(content)
    })

    test('changes for two, and a third more', () => {
      expect(failWith(2).fact).toBe(product)
    })
  })

  test('stays where there are too few failures to rank', () => {
    const standing = give('driver:a.sys@1', MACHINES)
    fail(1, [[standing, AGE]])
    const incident = name(incidentOf(standing))
    expect(incident.fact).toBe(standing)
    expect(incident.candidates).toEqual([])
    expect(incident.dirty).toBe(false)
  })

  test('is ranked with failures that another open incident of the same component explains', () => {
    const mine = give('content:falcon/291@1', MACHINES)
    const theirs = give('content:falcon/291@2', MACHINES)
    fail(3, [
      [mine, AGE],
      [theirs, AGE],
    ])
    for (const machine of range(3, 6))
      parts.fail({
        machine,
        has: [
          [mine, AGE],
          [theirs, AGE],
        ],
        state: 'explained',
        incident: 2,
      })
    const other = incidentOf(theirs, { id: 2 })
    incidents.push(other)
    expect(name(incidentOf(mine)).candidates[0]?.observed).toBeCloseTo(6, 9)
    other.open = false
    expect(name(incidentOf(mine)).candidates[0]?.observed).toBeCloseTo(3, 9)
  })
})

describe('the partner', () => {
  test('is what the failed have and half of the exposed lack', () => {
    const suspect = give('content:falcon/291@1', 60)
    const os = parts.give('os:windows@19045.4651', [...range(0, 30), ...range(60, 100)])
    parts.give('os:windows@19045.4529', range(30, 60))
    fail(30, [
      [suspect, AGE],
      [os, ALWAYS],
    ])
    const incident = name(incidentOf(suspect), true)
    expect(incident).toMatchObject({ fact: suspect, partner: { fact: os, versions: [os] } })
    expect(incident.partner?.score).toBeGreaterThan(0)
  })

  test('is none where everybody exposed fails alike', () => {
    const suspect = give('content:falcon/291@1', 60)
    const os = parts.give('os:windows@19045.4651', range(0, 30))
    const other = parts.give('os:windows@19045.4529', range(30, 100))
    fail(10, [
      [suspect, AGE],
      [os, ALWAYS],
    ])
    fail(
      10,
      [
        [suspect, AGE],
        [other, ALWAYS],
      ],
      30,
    )
    expect(name(incidentOf(suspect), true).partner).toBeNull()
  })

  test('changes places with the suspect where it is what changed, and what was there is the condition', () => {
    const there = give('driver:encfs.sys@3.2', 60, 2 * DAY)
    const changed = parts.give('os:windows@19045.4651', range(0, 30), NOW - AGE)
    for (const machine of range(30, 60)) parts.fleet.disconnect(machineId(machine))
    fail(30, [
      [there, 2 * DAY],
      [changed, AGE],
    ])
    const incident = name(incidentOf(there), true)
    expect(incident.fact).toBe(changed)
  })

  test('is not asked for of a version that has left', () => {
    const gone = give('content:falcon/291@1', 60, 3600)
    for (const machine of range(0, 60)) parts.fleet.lose(machineId(machine), gone, NOW - 60, NOW - 60)
    for (const machine of range(0, 10)) parts.fail({ machine, had: [gone] })
    const incident = incidentOf(gone)
    name({ ...incident, test: { ...incident.test, window: 3 }, formerly: true }, true)
    expect(incident.partner).toBeNull()
  })
})

describe('those who are spared', () => {
  test('have the suspect and something that none of the failed have', () => {
    const suspect = give('content:falcon/291@1', MACHINES)
    const spared = parts.give('model:laptop', range(50, 100))
    fail(40, [[suspect, AGE]])
    const incident = name(incidentOf(suspect), true)
    // half of the exposed, of which 20 of 40 failures were due and none came
    expect(incident.spared).toEqual([{ fact: spared, share: 0.5, failed: 0, expected: 20 }])
  })

  test('are not told by few failures: of ten, five missing may be luck', () => {
    const suspect = give('content:falcon/291@1', MACHINES)
    parts.give('model:laptop', range(50, 100))
    fail(10, [[suspect, AGE]])
    expect(name(incidentOf(suspect), true).spared).toEqual([])
  })

  test('are no group that another incident explains', () => {
    const suspect = give('content:falcon/291@1', MACHINES)
    const theirs = parts.give('driver:other.sys@1', range(50, 100))
    fail(40, [[suspect, AGE]])
    incidents.push(incidentOf(theirs, { id: 2 }))
    // half of the exposed are the other's, and are left out of the sample
    expect(name(incidentOf(suspect), true).spared).toEqual([])
  })
})
