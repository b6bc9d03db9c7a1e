import type { IncidentRow, Overview } from '@pumphandle/shared/api'
import { expect, test } from 'vitest'
import { figuresOf, isUneasy } from '../src/pages/overview/weigh.ts'

const incident: IncidentRow = {
  id: 7,
  kind: 'component',
  status: 'open',
  title: 'T',
  sentence: 'S.',
  cause: null,
  partner: null,
  confidence: 'strong',
  openedAt: 1,
  firstFailureAt: 1,
  lastFailureAt: 1,
  resolvedAt: null,
  cohorts: { affected: 301, relapsed: 17, missing: 5, 'at-risk': 893, recovered: 44, cleared: 2 },
  practices: 61,
  growth: 0,
  owner: null,
  mergedInto: null,
}
test.each([
  ['affected', 'machines affected'],
  ['at-risk', 'exposed, still well'],
  ['recovered', 'recovered'],
  ['relapsed', 'relapsed'],
  ['missing', 'missing'],
] as const)('%s is the number of its cohort, and opens it', (cohort, label) => {
  const figure = figuresOf(incident).find((one) => one.label === label)
  expect(figure?.value).toBe(`${incident.cohorts[cohort]}`)
  expect(new URL(figure?.href ?? '', 'http://x').searchParams.get('q')).toBe(`incident:7 cohort:${cohort}`)
})

test.each([
  [1_200, { crashed: 9 }, false],
  [1_200, { crashed: 20, 'boot-loop': 4 }, true],
  [1_200, { dark: 60 }, false],
  [1_200, { dark: 110, crashed: 10 }, true],
  [12, { dark: 6 }, false],
  [100_000, { crashed: 1_500 }, false],
  [100_000, { crashed: 10_170 }, true],
])('of %i machines %o without an incident is not called well: %s', (machines, states, is) => {
  const none = { healthy: 0, crashed: 0, 'boot-loop': 0, dark: 0, offline: 0, sleeping: 0 }
  expect(isUneasy({ machines, states: { ...none, ...states } } as Overview)).toBe(is)
})
