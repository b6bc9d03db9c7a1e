import type { Incident } from '../../src/detect/cases/incident.ts'
import type { Test } from '../../src/detect/suspects/strength.ts'
import { ANY } from '../../src/detect/words/ages.ts'
import { CRASH } from '../../src/detect/words/classes.ts'
import type { FactId } from '../../src/detect/words/ids.ts'
import { NOW } from './parts.ts'

/** A test of crashes that passed. */
export const passed = (fact: FactId, some: Partial<Test> = {}): Test => ({
  fact,
  subject: CRASH,
  window: ANY,
  j: 1,
  logP: -40,
  logThreshold: -20,
  observed: 9,
  expected: 0.01,
  controlsObserved: 0,
  controlsExpected: 0,
  siblingsObserved: 0,
  siblingsExpected: 0,
  provedWithin: false,
  ...some,
})

/** An open incident that was raised now, for which nothing has been named yet. */
export const incidentOf = (fact: FactId, some: Partial<Incident> = {}): Incident => ({
  id: 1,
  raisedAt: NOW,
  openedAt: NOW,
  test: passed(fact),
  firstFailure: NOW - 60,
  lastFailure: NOW,
  fact,
  formerly: false,
  partner: null,
  open: true,
  closedAt: 0,
  mergedInto: 0,
  candidates: [],
  spared: [],
  suspects: [],
  affected: new Map(),
  culprits: new Map(),
  seen: new Map(),
  culpritWas: null,
  partnerWasSure: false,
  confirmed: 0,
  alive: new Map(),
  cameBack: new Map(),
  dirty: true,
  rankedAt: 0,
  rankedWith: 0,
  ...some,
})
