import { describe, expect, it } from 'vitest'
import { Detector, type Observation } from '../../src/detect/index.ts'
import { factId } from './ids.ts'
import { fleet, registry, run, START } from './world.ts'

// practices of six machines: twelve of them
const MACHINES = 72
const SECOND = 1000
const MINUTE = 60 * SECOND
const REPORTED = 10
const AGES = 4
const MEMORIES = 4
const ANY = 2
const HALF_DAY = 2
const OLD_FACT = factId(3)
const BAD = registry().intern('content:Falcon@291-0409')
const RELEASE = START + 30 * MINUTE
const END = RELEASE + 60 * MINUTE

const practice = (site: number) => Array.from({ length: 6 }, (_, i) => site * 6 + i)
const firstOf = (sites: number) => Array.from({ length: sites }, (_, site) => site * 6)

function arrives(machines: readonly number[]): Observation[] {
  return machines.map((machine) => ({
    type: 'component',
    at: RELEASE,
    machine,
    fact: BAD,
    change: 'arrived',
    since: RELEASE,
  }))
}
/** The last words of a machine whose goodbye says that it only sleeps: nobody waits for it. */
function sleeps(machines: readonly number[]): Observation[] {
  return machines.map((machine) => ({ type: 'goodbye', at: RELEASE + SECOND, machine, reason: 'sleep' }))
}
function reported(machines: readonly number[], at = RELEASE + 10 * MINUTE): Observation[] {
  return machines.map((machine, k) => ({ type: 'reported', at: at + k * 30 * SECOND, machine }))
}

const inOrder = (...parts: Observation[][]) => [...fleet(MACHINES), ...parts.flat().toSorted((a, b) => a.at - b.at)]
const raised = (...parts: Observation[][]) =>
  run(inOrder(...parts), END).findings.flatMap((f) => (f.type === 'raised' ? [f] : []))

/** What is counted of reports, by a detector that raises nothing. */
function counted(...parts: Observation[][]): number {
  const quiet = new Detector({ facts: registry(), settings: { warmUpSeconds: 1e9 } })
  const { detector } = run(inOrder(...parts), END, quiet)
  return detector.counts(OLD_FACT).observed[(REPORTED * AGES + ANY) * MEMORIES + HALF_DAY] ?? 0
}

describe('what a person says of a machine that nobody hears', () => {
  it('is one voice a practice, however many of its machines are named', () => {
    const one = counted(sleeps([0]), reported([0]))
    expect(one).toBeGreaterThan(0.8)
    expect(counted(sleeps(practice(0)), reported(practice(0)))).toBeLessThan(1.1)
  })

  it('raises an incident where people of many practices say it soon after a version came', () => {
    const machines = firstOf(10)
    const [first, ...more] = raised(arrives(machines), sleeps(machines), reported(machines))
    expect(first?.assessment.suspect.fact).toBe(BAD)
    expect(first?.assessment.strength.failureClass).toBe('reported')
    expect(more).toEqual([])
  })

  it('raises none where four practices say it', () => {
    const machines = firstOf(4)
    expect(raised(arrives(machines), sleeps(machines), reported(machines))).toEqual([])
  })

  it('is nothing of a machine that is heard', () => {
    expect(counted(reported(firstOf(10)))).toBe(0)
  })

  it('is taken back when the machine is heard again and had run on', () => {
    const back = (previousEnd: 'same' | 'clean'): Observation => ({
      type: 'online',
      at: RELEASE + 30 * MINUTE,
      machine: 0,
      boot: previousEnd === 'same' ? 1 : 2,
      previousEnd,
    })
    expect(counted(sleeps([0]), reported([0]), [back('same')])).toBeCloseTo(0, 9)
    expect(counted(sleeps([0]), reported([0]), [back('clean')])).toBeCloseTo(0, 9)
  })

  it('is kept over a restart of the collector', () => {
    const { detector } = run(inOrder(sleeps([0]), reported([0])), RELEASE + 20 * MINUTE)
    const restored = Detector.restore(structuredClone(detector.snapshot()), { facts: registry() })
    restored.observe({ type: 'online', at: RELEASE + 30 * MINUTE, machine: 0, boot: 1, previousEnd: 'same' })
    restored.tick(END)
    expect(restored.counts(OLD_FACT).observed[(REPORTED * AGES + ANY) * MEMORIES + HALF_DAY]).toBeCloseTo(0, 9)
  })
})
