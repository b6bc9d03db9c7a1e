import type { IncidentRow } from '@pumphandle/shared/api'
import { byWeight } from '@pumphandle/shared/incident-weight'
import { expect, test } from 'vitest'
import { COLUMNS } from '../../packages/cli/src/commands/incidents.ts'
import { messageOf } from '../../packages/collector/src/jobs/notify/delivery/message.ts'

// One incident as API, message and command line tell it: a word is the same number in all three. That the page says it too
// is in packages/dashboard/tests/figures.test.ts.

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
const { text } = messageOf({ incident, type: 'opened', at: 1, address: undefined })

test.each([
  ['affected', 'AFFECTED', '301 machines affected'],
  ['at-risk', 'AT-RISK', '893 at risk'],
  ['recovered', 'RECOVERED', '44 recovered'],
  ['relapsed', 'RELAPSED', '17 relapsed'],
  ['missing', 'MISSING', '5 missing'],
] as const)('%s', (cohort, onCommandLine, inMessage) => {
  const { [cohort]: number } = incident.cohorts
  expect(COLUMNS.find(({ head }) => head === onCommandLine)?.cell(incident)).toBe(number)
  expect(text).toContain(inMessage)
})

test('worst first counts all that are ill', () => {
  const gone = { ...incident, id: 8, cohorts: { ...incident.cohorts, affected: 0, missing: 400 } }
  expect([incident, gone].sort(byWeight)).toEqual([gone, incident])
})
