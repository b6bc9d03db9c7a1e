import { HOUR, MINUTE, SECOND } from '@pumphandle/shared/time'
import { expect, test } from 'vitest'
import type { Observation } from '../../src/detect/index.ts'
import { newDetector, registry, START } from './world.ts'

/** Large practices: all of one's restarts in an afternoon count for a few. */
const MACHINES = 720
const PER_PRACTICE = 60
const PATCHED_FROM = START + 2 * HOUR
/** All restart within an hour. */
const EVERY_MS = 5 * SECOND

const neverStarts = (machine: number) => machine % 3 === 0
const isSlow = (machine: number) => machine % 24 === 1

/** A patch after which every third machine does not start; of the others some take twenty minutes, as of any patch. */
function afternoon(patch: number): Observation[] {
  const told: Observation[] = []
  for (let machine = 0; machine < MACHINES; machine++) {
    const site = Math.floor(machine / PER_PRACTICE)
    told.push({ type: 'machine', at: START, machine, site, region: site % 3 })
    told.push({ type: 'component', at: START, machine, fact: 5, change: 'present', since: null })
    told.push({ type: 'online', at: START, machine, boot: 1, previousEnd: 'same' })
    // in no order of theirs: 427 has no divisor in common with 720
    const at = PATCHED_FROM + ((machine * 427) % MACHINES) * EVERY_MS
    told.push({ type: 'component', at, machine, fact: patch, change: 'arrived', since: at })
    told.push({ type: 'goodbye', at: at + SECOND, machine, reason: 'restart' })
    if (neverStarts(machine)) continue
    const back = at + (isSlow(machine) ? 20 : 2) * MINUTE
    told.push({ type: 'online', at: back, machine, boot: 2, previousEnd: 'clean' })
  }
  return told.toSorted((a, b) => a.at - b.at)
}

test('machines of large practices that were slow to restart are not on the list of those that do not start', () => {
  const facts = registry()
  const patch = facts.intern('os:windows@19045.4900')
  const detector = newDetector(facts)
  const listed = new Set<number>()
  const raised: number[] = []
  const findings = afternoon(patch)
    .flatMap((observation) => detector.observe(observation))
    .concat(detector.tick(PATCHED_FROM + 4 * HOUR))
  for (const finding of findings) {
    if (finding.type === 'raised') raised.push(finding.assessment.suspect.fact)
    if (finding.type === 'joined') listed.add(finding.failure.machine)
    if (finding.type === 'retracted') listed.delete(finding.machine)
  }
  expect(raised).toEqual([patch])
  const ill = Array.from({ length: MACHINES }, (_, machine) => machine).filter(neverStarts)
  expect([...listed].toSorted((a, b) => a - b)).toEqual(ill)
})

/** One practice of an organisation that has no other: fourteen of its machines restart for a patch and do not start. */
function onePractice(patch: number, everyMs: number, lineDown = false): Observation[] {
  const told: Observation[] = []
  for (let machine = 0; machine < PER_PRACTICE; machine++) {
    told.push({ type: 'machine', at: START, machine, site: 0, region: 0 })
    told.push({ type: 'component', at: START, machine, fact: 5, change: 'present', since: null })
    told.push({ type: 'online', at: START, machine, boot: 1, previousEnd: 'same' })
    const at = PATCHED_FROM + machine * everyMs
    if (machine < 14) {
      told.push({ type: 'component', at, machine, fact: patch, change: 'arrived', since: at })
      told.push({ type: 'goodbye', at: at + SECOND, machine, reason: 'restart' })
    } else if (lineDown) {
      const lastHeard = PATCHED_FROM + 14 * everyMs
      told.push({ type: 'silent', at: lastHeard + 40 * SECOND, machine, lastHeard, othersAlive: false })
    }
  }
  return told.toSorted((a, b) => a.at - b.at)
}

/** What is raised within five hours. */
function raisedOf(observations: (patch: number) => Observation[]): number[] {
  const facts = registry()
  const patch = facts.intern('os:windows@19045.4900')
  const detector = newDetector(facts)
  const findings = observations(patch).flatMap((o) => detector.observe(o))
  findings.push(...detector.tick(PATCHED_FROM + 5 * HOUR))
  return findings.flatMap((f) => (f.type === 'raised' ? [f.assessment.suspect.fact - patch] : []))
}

test('one practice is enough where its machines stay away from their restarts one after the other, and the others are there', () => {
  expect(raisedOf((patch) => onePractice(patch, 8 * MINUTE))).toEqual([0])
})

test('it is not where all restarted within minutes: a switch may be off since', () => {
  expect(raisedOf((patch) => onePractice(patch, 20 * SECOND))).toEqual([])
})

test('nor where the whole practice is silent since', () => {
  expect(raisedOf((patch) => onePractice(patch, MINUTE, true))).toEqual([])
})
