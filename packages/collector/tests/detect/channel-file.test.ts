import { describe, expect, it } from 'vitest'
import type { Finding, Observation } from '../../src/detect/index.ts'
import { fleet, newDetector, regionOf, registry, run, START } from './world.ts'

const MACHINES = 360
const BAD = registry().intern('content:Falcon@291-0409')
const OLD = registry().intern('content:Falcon@291-0301')
/** Half an hour after the collector began to listen. */
const RELEASE = START + 1_800_000

/** The file lands on every fourth machine, one each second; each goes silent five seconds later, noticed after 30. */
function badFile(symptom: (machine: number, at: number) => Observation[]): Observation[] {
  const observations: Observation[] = []
  for (let k = 0; k < 40; k++) {
    const machine = (k * 7 * 4) % MACHINES
    const at = RELEASE + k * 1000
    observations.push(
      { type: 'component', at, machine, fact: OLD, change: 'removed', since: at },
      { type: 'component', at, machine, fact: BAD, change: 'arrived', since: at },
      ...symptom(machine, at),
    )
  }
  return [...fleet(MACHINES), ...observations.toSorted((a, b) => a.at - b.at)]
}

/** Every second machine takes the version; within the hour so many with it, and without it, crash in one program. */
function programCrashes(having: number, others: number): Observation[] {
  const observations = fleet(MACHINES)
  for (let machine = 0; machine < MACHINES; machine += 2)
    observations.push({ type: 'component', at: RELEASE, machine, fact: BAD, change: 'arrived', since: RELEASE })
  const machines = [
    ...Array.from({ length: having }, (_, k) => k * 24),
    ...Array.from({ length: others }, (_, k) => k * 24 + 13),
  ]
  machines.forEach((machine, k) => {
    const at = RELEASE + 600_000 + k * 200_000
    const crash = { kind: 'app', stopCode: null, culprit: 'prescribe.exe', uptimeSeconds: 9000 } as const
    observations.push({ type: 'crash', at, machine, id: `p${k}`, occurredAt: at - 1000, ...crash })
  })
  return observations
}

const goesSilent = (machine: number, at: number): Observation[] => [
  { type: 'silent', at: at + 35_000, machine, lastHeard: at + 5000, othersAlive: true },
]

function raised(findings: readonly Finding[]) {
  return findings.filter((f) => f.type === 'raised')
}

describe('a content file that kills', () => {
  it('is named within seconds of the first silence being noticed, by few failures', () => {
    const { findings } = run(badFile(goesSilent), RELEASE + 120_000)
    const [first] = raised(findings)
    expect(first?.assessment.suspect.fact).toBe(BAD)
    expect(first?.at).toBeLessThanOrEqual(RELEASE + 35_000 + 12_000)
    expect(first?.assessment.failures).toBeLessThanOrEqual(12)
    expect(raised(findings)).toHaveLength(1)
  })

  it('lists every machine that failed, and who has it still', () => {
    const { detector } = run(badFile(goesSilent), RELEASE + 120_000)
    const listed = detector.affected(1).map((a) => a.machine)
    const failed = new Set(Array.from({ length: 40 }, (_, k) => (k * 28) % MACHINES))
    expect(new Set(listed)).toEqual(failed)
    expect(detector.exposed({ fact: BAD, partner: null })).toHaveLength(failed.size)
  })

  it('is judged by the alarm budget that holds at that moment', () => {
    const detector = newDetector()
    const all = badFile(goesSilent)
    const until = RELEASE + 60_000
    detector.alarmsPerFleetYear = 1e-300
    const early = all.filter((o) => o.at < until)
    expect(raised(run(early, until, detector).findings)).toEqual([])
    detector.alarmsPerFleetYear = 1
    const late = all.filter((o) => o.at >= until)
    expect(raised(run(late, until + 60_000, detector).findings)).toHaveLength(1)
  })

  it('takes back a machine that was alive all the time', () => {
    const back: Observation = { type: 'online', at: RELEASE + 100_000, machine: 0, boot: 1, previousEnd: 'same' }
    const { detector, findings } = run([...badFile(goesSilent), back], RELEASE + 200_000)
    expect(findings).toContainEqual(expect.objectContaining({ type: 'retracted', machine: 0, reason: 'was-alive' }))
    expect(detector.affected(1).some((a) => a.machine === 0)).toBe(false)
  })

  it('raises nothing when the machines say goodbye', () => {
    const goodbye = (machine: number, at: number): Observation[] => [
      { type: 'goodbye', at: at + 5000, machine, reason: 'shutdown' },
    ]
    expect(raised(run(badFile(goodbye), RELEASE + 120_000).findings)).toEqual([])
  })
})

describe('what must not raise a version', () => {
  it('one practice without power, though it alone has the version', () => {
    const observations = fleet(MACHINES)
    for (let machine = 0; machine < 6; machine++) {
      observations.push(
        { type: 'component', at: RELEASE, machine, fact: BAD, change: 'arrived', since: RELEASE },
        { type: 'silent', at: RELEASE + 40_000 + machine, machine, lastHeard: RELEASE + 5000, othersAlive: false },
      )
    }
    expect(raised(run(observations).findings)).toEqual([])
  })

  it('a region whose network fails minutes after an update', () => {
    const observations = fleet(MACHINES)
    const region = Array.from({ length: MACHINES }, (_, m) => m).filter((m) => regionOf(m) === 2)
    for (let machine = 0; machine < MACHINES; machine++) {
      observations.push({
        type: 'component',
        at: RELEASE + machine * 100,
        machine,
        fact: BAD,
        change: 'arrived',
        since: RELEASE + machine * 100,
      })
    }
    for (const machine of region) {
      observations.push({
        type: 'silent',
        at: RELEASE + 200_000 + machine,
        machine,
        lastHeard: RELEASE + 170_000,
        othersAlive: false,
      })
    }
    expect(raised(run(observations).findings)).toEqual([])
  })

  it('one machine that crashes fifty times', () => {
    const observations = fleet(MACHINES)
    for (let k = 0; k < 50; k++) {
      const at = RELEASE + k * 60_000
      const crash = { kind: 'bugcheck', stopCode: 0x50, culprit: 'csagent.sys', uptimeSeconds: 40 } as const
      observations.push(
        { type: 'online', at, machine: 3, boot: k + 2, previousEnd: 'bugcheck' },
        { type: 'crash', at, machine: 3, id: `c${k}`, occurredAt: at - 20_000, ...crash },
      )
    }
    expect(raised(run(observations).findings)).toEqual([])
  })

  it('a program that had never crashed before and now crashes as often without it', () => {
    expect(raised(run(programCrashes(6, 4), RELEASE + 2 * 3600_000).findings)).toEqual([])
    expect(raised(run(programCrashes(12, 0), RELEASE + 2 * 3600_000).findings)).not.toEqual([])
  })

  it('the collector that was blind', () => {
    const blind: Observation = { type: 'blind', at: RELEASE + 3000 }
    const observations = badFile(goesSilent).filter((o) => o.type !== 'silent' || o.at > RELEASE + 3000)
    expect(
      raised(
        run(
          [...observations, blind].toSorted((a, b) => a.at - b.at),
          RELEASE + 120_000,
          newDetector(),
        ).findings,
      ),
    ).toEqual([])
  })
})
