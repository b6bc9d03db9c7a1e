import { expect, test } from 'vitest'
import type { Finding, Observation } from '../../src/detect/index.ts'
import { fleet, newDetector, registry, START } from './world.ts'

const MACHINES = 360
const HOUR = 3_600_000
const BAD = registry().intern('content:Falcon@291-0409')
const RELEASE = START + HOUR

/** The file comes to every fourth machine; the first six of them crash one after the other within the hour. */
const OUTAGE: Observation[] = [
  ...fleet(MACHINES),
  ...Array.from({ length: MACHINES / 4 }, (_, k): Observation => {
    return { type: 'component', at: RELEASE, machine: 4 * k, fact: BAD, change: 'arrived', since: RELEASE }
  }),
  ...Array.from({ length: 6 }, (_, k) => crash(28 * k, RELEASE + (k + 1) * 300_000)),
]

function crash(machine: number, at: number): Observation {
  const dump = { kind: 'bugcheck', stopCode: 0x50, culprit: 'csagent.sys', uptimeSeconds: 9000 } as const
  return { type: 'crash', at, machine, id: `c${machine}`, occurredAt: at - 1000, ...dump }
}

/** What comes of a crash more, long after the incident was quiet, of a machine that has the file and crashed never. */
function whenAlsoCrashes(before: readonly Observation[]): Finding['type'][] {
  const detector = newDetector()
  const later = RELEASE + 10 * HOUR
  const first = OUTAGE.flatMap((o) => detector.observe(o)).concat(detector.tick(later - 1000))
  expect(first.map(({ type }) => type)).toContain('closed')
  return [...before, crash(8, later + 1000)]
    .flatMap((o) => detector.observe(o))
    .concat(detector.tick(later + 2000))
    .map(({ type }) => type)
}

test('a leak that pauses for half a day goes on in its incident with the next machine', () => {
  expect(whenAlsoCrashes([])).toEqual(['reopened', 'joined', 'reranked'])
})

test('a machine that has no voice reopens nothing', () => {
  const later = RELEASE + 10 * HOUR
  const silenced: Observation = { type: 'machine', at: later, machine: 8, site: 1, region: 0, voice: false }
  expect(whenAlsoCrashes([silenced])).toEqual([])
})

/** The next file takes the place of the bad one three hours after, on all that had it. */
const NEXT_AT = RELEASE + 3 * HOUR
const FAILED = [0, 28, 56, 84, 112, 140]

/** What is raised where machines of the first outage crash again so long after the next file came; names, not numbers. */
function whenTheNextComes(crashesMs: readonly number[]): string[] {
  const facts = registry()
  const next = facts.intern('content:Falcon@291-0720')
  const detector = newDetector(facts)
  const arrivals = Array.from({ length: MACHINES / 4 }, (_, k): Observation[] => [
    { type: 'component', at: NEXT_AT, machine: 4 * k, fact: BAD, change: 'removed', since: NEXT_AT },
    { type: 'component', at: NEXT_AT, machine: 4 * k, fact: next, change: 'arrived', since: NEXT_AT },
  ]).flat()
  const again = crashesMs.flatMap((ms) =>
    FAILED.map((machine, k) => ({ ...crash(machine, NEXT_AT + ms + k * 10_000), id: `${machine} again ${ms}` })),
  )
  return [...OUTAGE, ...arrivals, ...again]
    .toSorted((a, b) => a.at - b.at)
    .flatMap((o) => detector.observe(o))
    .concat(detector.tick(NEXT_AT + HOUR))
    .flatMap((finding) => (finding.type === 'raised' ? facts.get(finding.assessment.suspect.fact).key : []))
}

test('a second bad file on the machines of the first, the same day, is an incident of its own', () => {
  expect(whenTheNextComes([120_000])).toEqual(['content:Falcon@291-0409', 'content:Falcon@291-0720'])
})

test('a file that comes while they crash again and again is not to blame', () => {
  expect(whenTheNextComes([-240_000, 120_000, 360_000])).toEqual(['content:Falcon@291-0409'])
})
