import { COHORTS, type CohortCounts, type IncidentDetail } from '@pumphandle/shared/api'
import { expect, test } from 'vitest'
import { postIncident } from '../../src/exports/post-incident.ts'

const START = Date.UTC(2024, 6, 19, 4, 9)
const cohorts = Object.fromEntries(COHORTS.map((cohort) => [cohort, 0])) as CohortCounts
const entry = (id: number, seconds: number, type: 'acknowledged' | 'machine-marked' | 'note', text: string) => ({
  id,
  at: START + seconds * 1000,
  actor: 'Ada',
  type,
  text,
})

const detail: IncidentDetail = {
  incident: {
    id: 7,
    kind: 'component',
    status: 'resolved',
    title: 'Falcon channel file 291 is crashing machines',
    sentence: '311 machines received it.',
    cause: null,
    partner: null,
    confidence: 'certain',
    openedAt: START + 35_000,
    firstFailureAt: START,
    lastFailureAt: START + 600_000,
    resolvedAt: START + 7_200_000,
    cohorts,
    practices: 12,
    growth: 0,
    owner: 'Ada',
    mergedInto: null,
  },
  explanation: null,
  runbook: null,
  history: [
    entry(1, 90, 'acknowledged', 'Ada has it.'),
    entry(2, 100, 'note', 'See <b>this</b> | [link](http://x)'),
    entry(3, 200, 'machine-marked', 'PC1 attended'),
  ],
  standing: { failed: 311, established: 311, lately: 0, origins: 0 },
  byPractice: [],
  byRegion: [],
}

test('a page from the record: figures, stages, timeline; what people wrote is text', () => {
  const text = postIncident({
    detail,
    counts: { affected: 311, attended: 100, recovered: 300, verified: 290, missing: 11 },
    picture: {
      arrivalToFailure: null,
      curve: { from: 0, bucketSeconds: 60, exposedBefore: 0, exposed: [], failed: [] },
    },
    told: { first: START + 41_000, messages: 6 },
    at: START + 7_300_000,
  })
  expect(text).toContain('| Raised: Pumphandle named it | 19 Jul 2024, 04:09:35 UTC | 35 s |')
  expect(text).toContain('| First message sent | 19 Jul 2024, 04:09:41 UTC | 41 s |')
  expect(text).toContain('| Acknowledged: somebody took it | 19 Jul 2024, 04:10:30 UTC | 1 min 30 s |')
  expect(text).toContain('| Contained: no new failures for a while | not in the record |  |')
  expect(text).toContain('at least 200 by themselves')
  expect(text).toContain('See \\<b\\>this')
  expect(text).toContain('1 mark by technicians and 6 messages')
})
