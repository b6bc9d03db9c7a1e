import type { IncidentRow } from '@pumphandle/shared/api'
import { expect, test } from 'vitest'
import { figuresOf } from '../src/pages/overview/weigh.ts'

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
