import fc from 'fast-check'
import { Detector, FactRegistry, type Finding, type Observation } from '../../src/detect/index.ts'
import { factId } from './ids.ts'

/** Friday 19 July 2024, 04:00 UTC, in ms epoch. */
export const START = Date.UTC(2024, 6, 19, 4)

const FACTS = [
  'product:Falcon',
  'sensor:Falcon@7.16',
  'sensor:Falcon@7.15',
  'content:Falcon@291-0301',
  'content:Falcon@291-0409',
  'os:windows@19045.4651',
  'driver:encfs.sys@3.2',
  'model:OptiPlex 7010',
  'app:emis-web@9.20',
  'app:emis-web@9.21',
  'model:ThinkPad L14',
] as const

export function registry(): FactRegistry {
  const facts = new FactRegistry()
  for (const key of FACTS) facts.intern(key)
  facts.declareFile('csagent.sys', 'Falcon')
  facts.declareFile('emisweb.exe', 'emis-web')
  return facts
}

/** Practices of six machines, three practices to a region. */
const MACHINES = 36
function siteOf(machine: number): number {
  return Math.floor(machine / 6)
}
export function regionOf(machine: number): number {
  return Math.floor(siteOf(machine) / 3)
}

/** Every machine enrolled, connected and with some of the old facts, at START. */
export function fleet(machines = MACHINES): Observation[] {
  const observations: Observation[] = []
  for (let machine = 0; machine < machines; machine++) {
    observations.push({ type: 'machine', at: START, machine, site: siteOf(machine), region: regionOf(machine) })
    for (const fact of [0, 1 + (machine % 2), 3, 5, ...(machine % 3 === 0 ? [6] : [7])]) {
      observations.push({ type: 'component', at: START, machine, fact, change: 'present', since: null })
    }
    observations.push({ type: 'online', at: START, machine, boot: 1, previousEnd: 'same' })
  }
  return observations
}

const machine = fc.nat(MACHINES - 1)
const fact = fc.nat(FACTS.length - 1)
const at = fc.integer({ min: START + 1000, max: START + 3 * 3600_000 })
const earlier = fc.option(fc.integer({ min: START - 90 * 86_400_000, max: START + 4 * 3600_000 }), { nil: null })

/** Any observation at all of the small world, also ones that make no sense together. */
const observation: fc.Arbitrary<Observation> = fc.oneof(
  fc.record({ type: fc.constant('machine' as const), at, machine, site: fc.nat(5), region: fc.nat(1) }),
  fc.record({
    type: fc.constant('online' as const),
    at,
    machine,
    boot: fc.nat(4),
    previousEnd: fc.constantFrom(
      'same' as const,
      'clean' as const,
      'bugcheck' as const,
      'unexpected' as const,
      'unknown' as const,
    ),
  }),
  fc.record({
    type: fc.constant('component' as const),
    at,
    machine,
    fact,
    change: fc.constantFrom('present' as const, 'arrived' as const, 'removed' as const),
    since: earlier,
  }),
  fc.record({
    type: fc.constant('crash' as const),
    at,
    machine,
    id: fc.constantFrom('a', 'b', 'c', 'd'),
    occurredAt: fc.integer({ min: START - 2 * 86_400_000, max: START + 4 * 3600_000 }),
    kind: fc.constantFrom('bugcheck' as const, 'app' as const, 'hang' as const, 'service' as const),
    stopCode: fc.option(fc.constant(0x50), { nil: null }),
    culprit: fc.option(fc.constantFrom('csagent.sys', 'ntoskrnl.exe'), { nil: null }),
    uptimeSeconds: fc.option(fc.nat(100_000), { nil: null }),
  }),
  fc.record({
    type: fc.constant('goodbye' as const),
    at,
    machine,
    reason: fc.constantFrom('shutdown' as const, 'restart' as const, 'sleep' as const, 'service-stop' as const),
  }),
  fc.record({
    type: fc.constant('silent' as const),
    at,
    machine,
    lastHeard: fc.integer({ min: START, max: START + 3 * 3600_000 }),
    othersAlive: fc.boolean(),
  }),
  fc.record({ type: fc.constant('service-down' as const), at, machine, service: fc.constant('CSFalconService') }),
  fc.record({ type: fc.constant('reported' as const), at, machine }),
  fc.record({ type: fc.constant('blind' as const), at }),
)

/** Observations in order of time, as a collector stamps them. */
export const history: fc.Arbitrary<Observation[]> = fc
  .array(observation, { maxLength: 120 })
  .map((list) => list.toSorted((a, b) => a.at - b.at))

export interface Run {
  readonly detector: Detector
  readonly findings: Finding[]
}

/** Feeds the observations to a detector (a new one that judges at once, if none is given), then lets `until` come. */
export function run(observations: readonly Observation[], until = START + 4 * 3600_000, detector = newDetector()): Run {
  const findings = observations.flatMap((o) => detector.observe(o))
  findings.push(...detector.tick(until))
  return { detector, findings }
}

export function newDetector(facts = registry()): Detector {
  return new Detector({ facts, settings: { warmUpSeconds: 0 } })
}

/** All counts of all facts. */
export function allCounts(detector: Detector): number[] {
  return FACTS.flatMap((_, f) => {
    const { observed, expected, connected } = detector.counts(factId(f))
    return [...observed, ...expected, connected]
  })
}
