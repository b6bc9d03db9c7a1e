import { expect, test } from 'vitest'
import type { Finding, Observation } from '../../src/detect/index.ts'
import { fleet, newDetector, registry, run, START } from './world.ts'

const MACHINES = 42
const KEY = 'content:Falcon@291-0409'
const RELEASE = START + 1_800_000
const UNTIL = RELEASE + 900_000

/** The content comes to these machines ten seconds apart, and some of them stop two minutes later. */
function outage(machines: readonly number[], crashed: readonly number[], culprit: string | null): Observation[] {
  const bad = registry().intern(KEY)
  const when = (machine: number) => RELEASE + machines.indexOf(machine) * 10_000
  return [
    ...machines.map((machine): Observation => {
      const at = when(machine)
      return { type: 'component', at, machine, fact: bad, change: 'arrived', since: at }
    }),
    ...crashed.map((machine): Observation => {
      const at = when(machine) + 120_000
      const told = { kind: 'bugcheck', stopCode: 0x50, culprit, uptimeSeconds: 9000 } as const
      return { type: 'crash', at, machine, id: `c${machine}`, occurredAt: at - 60_000, ...told }
    }),
  ].toSorted((a, b) => a.at - b.at)
}

function findings(observations: readonly Observation[], keys: readonly string[]): Finding[] {
  const facts = registry()
  facts.declareFailsElsewhere(keys)
  return run([...fleet(MACHINES), ...observations], UNTIL, newDetector(facts)).findings
}

const raised = (found: readonly Finding[]) => found.filter((f) => f.type === 'raised')

test('what fails elsewhere and harms nobody here is nothing', () => {
  expect(findings(outage([0, 1, 2, 6, 7, 8, 12, 13], [], null), [KEY])).toEqual([])
})

test('two machines that blame Windows, or of one practice, are too few, whatever others say', () => {
  expect(raised(findings(outage([0, 1, 2, 6, 7, 8], [0, 6], 'ntoskrnl.exe'), [KEY]))).toEqual([])
  expect(raised(findings(outage([0, 1, 2, 6, 7, 8], [0, 1], 'csagent.sys'), [KEY]))).toEqual([])
})

test('four crashes of one practice that blame nobody’s driver are too few, whatever others say', () => {
  expect(raised(findings(outage([0, 1, 2, 3, 4, 5], [0, 1, 2, 3], 'ntoskrnl.exe'), [KEY]))).toEqual([])
})

test('an incident is raised on a chance twenty times as large and no larger, and says why it ranks so', () => {
  const machines = [0, 1, 2, 3, 6, 7, 8, 9]
  const observations = outage(machines, machines, 'csagent.sys')
  const [without] = raised(findings(observations, []))
  const [heard] = raised(findings(observations, [KEY]))
  const threshold = (finding: Finding | undefined) =>
    finding?.type === 'raised' ? finding.assessment.strength.log10Threshold : Number.NaN
  expect(without?.type === 'raised' && without.assessment.suspect.fact).toBe(registry().intern(KEY))
  // the memory under which it passes may differ; the shift may not exceed its factor
  expect(threshold(heard) - threshold(without)).toBeLessThanOrEqual(Math.log10(20) + 1e-9)
  expect(heard?.at).toBeLessThanOrEqual(without?.at ?? 0)
  const [ranked] = heard?.type === 'raised' ? heard.assessment.ranking : []
  expect(ranked?.reasons).toContain('fails-elsewhere')
})
