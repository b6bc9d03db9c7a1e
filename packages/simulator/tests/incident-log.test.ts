import type { Assessment, FactId, Failure, Finding, MachineId } from '@pumphandle/collector/detect'
import { expect, test } from 'vitest'
import { IncidentLog } from '../src/score/incident-log.ts'

const assessment = (fact: number) => ({ suspect: { fact, partner: null } }) as Assessment
const failure = (machine: number) => ({ machine }) as Failure
const raised = (incident: number, fact: number): Finding => ({
  type: 'raised',
  incident,
  at: 1000 * incident,
  firstFailureAt: 0,
  assessment: assessment(fact),
})

test('the suspect when raised and the suspect at the end are both kept', () => {
  const log = new IncidentLog()
  log.take(raised(1, 7))
  log.take({
    type: 'reranked',
    incident: 1,
    at: 9,
    previous: { fact: 7 as FactId, partner: null },
    suspectChanged: true,
    assessment: assessment(8),
  })
  const [incident] = log.standing()
  expect(incident!.whenRaised.suspect.fact).toBe(7)
  expect(incident!.latest.suspect.fact).toBe(8)
  expect(incident!.suspectChanges).toBe(1)
})

test('a failure that is taken back leaves the list; a merged incident gives its machines away', () => {
  const log = new IncidentLog((machine) => machine - 100)
  log.take(raised(1, 7))
  log.take(raised(2, 7))
  log.take({ type: 'joined', incident: 1, at: 1, failure: failure(101), tier: 'confirmed' })
  log.take({ type: 'joined', incident: 1, at: 1, failure: failure(102), tier: 'presumed' })
  log.take({ type: 'retracted', incident: 1, at: 2, machine: 102 as MachineId, failedAt: 1, reason: 'was-alive' })
  log.take({ type: 'joined', incident: 2, at: 3, failure: failure(103), tier: 'confirmed' })
  log.take({ type: 'merged', incident: 2, at: 4, into: 1 })
  expect([...log.affected(1)]).toEqual([1, 3])
  expect(log.standing().map((incident) => incident.incident)).toEqual([1])
  expect(log.all()).toHaveLength(2)
})
