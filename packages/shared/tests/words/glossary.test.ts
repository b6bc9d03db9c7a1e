import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  ACTIVE_STATUSES,
  COHORT_MEANING,
  HIT,
  hitOf,
  ILL,
  illOf,
  isActive,
  isAtLeast,
  ROLE_MEANING,
  STATE_MEANING,
  STATUS_MEANING,
  WORKING_MEANING,
} from '../../src/words/index.ts'

const glossary = readFileSync(new URL('../../../../docs/words.md', import.meta.url), 'utf8')

describe('docs/words.md', () => {
  const tables = {
    'States of a machine': STATE_MEANING,
    'Cohorts of an incident': COHORT_MEANING,
    'Statuses of an incident': STATUS_MEANING,
    'Whether a practice can work': WORKING_MEANING,
    Roles: ROLE_MEANING,
  }
  test.each(Object.entries(tables))('%s: word for word, in this order', (title, words) => {
    const [, rest = ''] = glossary.split(`## ${title}\n`)
    const rows = [...(rest.split('\n## ')[0] ?? '').matchAll(/^\| `([^`]+)` \| (.+) \|$/gm)]
    expect(rows.map(([, word, meaning]) => [word, meaning])).toEqual(Object.entries(words))
  })

  test('names what is ill, hit and active', () => {
    const listed = (words: readonly string[]) => words.map((word) => `\`${word}\``).join(', ')
    expect(glossary).toContain(`**ill**: failed and not well again: ${listed(ILL)}`)
    expect(glossary).toContain(`**hit**: failed, well again or not: ${listed(HIT)}`)
    expect(glossary).toContain(`**active**: not over: ${listed(ACTIVE_STATUSES)}`)
  })
})

test('ill and hit are counted, active and roles asked, by one rule each', () => {
  const counts = { affected: 1, relapsed: 2, missing: 4, 'at-risk': 8, recovered: 16, cleared: 32 }
  expect([illOf(counts), hitOf(counts)]).toEqual([7, 23])
  expect([isActive('contained'), isActive('resolved'), isActive('merged')]).toEqual([true, false, false])
  expect([isAtLeast('admin', 'technician'), isAtLeast('viewer', 'technician')]).toEqual([true, false])
})
