import { expect, test } from 'vitest'
import type { QuietYears } from '../src/replay/quiet-year.ts'
import type { ScenarioResult } from '../src/score/result.ts'
import { readEarlier } from '../src/scoreboard/earlier.ts'
import { replaceSection } from '../src/scoreboard/section.ts'
import { isClean, resultTable, runLine, seedsTable, summary } from '../src/scoreboard/table.ts'

const incident = {
  cause: 'content:x@1',
  causeWhenRaised: 'content:x@1',
  pair: 'sensor:x@7',
  raisedAt: '2024-07-19T04:10:00.000Z',
  secondsAfterFirstFailure: 33.4,
  failuresBefore: 4,
  failedBefore: 9,
  correct: true,
  rankOfTruth: 1,
}
const result: ScenarioResult = {
  scenario: 'night',
  seed: 3,
  through: 'collector',
  incidents: [incident],
  falseIncidents: 0,
  missed: 0,
  missedCauses: [],
  duplicates: 0,
  machines: 20_000,
  affected: { listed: 725, failed: 744, precision: 1, recall: 0.974 },
  thresholdRules: [
    { rule: 'a', alarms: 2, false: 1, secondsAfterFirstFailure: 90 },
    { rule: 'b', alarms: 1, false: 0, secondsAfterFirstFailure: 61 },
  ],
  wallSeconds: 2,
  warnings: [],
}

test('a row says what was named, when, and what the fastest rule did', () => {
  const row = resultTable([result]).split('\n')[2]
  expect(row).toBe(
    '| night, seed 3 * | 20,000 | 744 | `content:x@1` with `sensor:x@7` | 33 s | 4 | 0 | 0 | 1.000 / 0.974 | 61 s (b); 1 false |',
  )
})

test('a wrong or missed cause stands out', () => {
  const wrong = { ...result, incidents: [{ ...incident, correct: false }], missed: 1, falseIncidents: 1 }
  expect(resultTable([wrong])).toContain('**wrong:** `content:x@1`')
  expect(resultTable([wrong])).toContain('| 1 | **1** |')
  expect(summary([result, wrong])).toMatch(/^1 of 2 runs/)
})

test('a list that technicians cannot work from is not clean, and says how long it is', () => {
  const short = { ...result, affected: { listed: 700, failed: 744, precision: 1, recall: 0.941 } }
  expect(isClean(result)).toBe(true)
  expect(isClean(short)).toBe(false)
  expect(isClean({ ...result, affected: { listed: 800, failed: 744, precision: 0.93, recall: 1 } })).toBe(false)
  expect(isClean({ ...result, affected: { listed: 0, failed: 0, precision: null, recall: null } })).toBe(true)
  expect(runLine(short)).toMatch(/^night seed 3: NOT CLEAN: 0 false, 0 missed; list 1.000 \/ 0.941 \(700 of 744\)/)
})

test('the section replaces what stands between its markers, and nothing else', () => {
  const once = replaceSection('# Detection\n\ntext\n', 'first')
  const twice = replaceSection(`${once}after\n`, 'second')
  expect(twice).toContain('# Detection\n\ntext\n')
  expect(twice).toContain('second')
  expect(twice).not.toContain('first')
  expect(twice.trimEnd().endsWith('after')).toBe(true)
  expect(() => replaceSection('<!-- scoreboard:begin -->', 'x')).toThrow(/markers/)
})

test('several seeds make one row each in both tables: the first run, and the worst of all', () => {
  const slow = { ...result, seed: 4, incidents: [{ ...incident, secondsAfterFirstFailure: 70, failuresBefore: 11 }] }
  expect(resultTable([result, slow]).split('\n')).toHaveLength(3)
  expect(seedsTable([result, slow])).toContain('| night | 2 | 2 | 0 | 0 | 70 s / 70 s | 11 | 1.000 / 0.974 |')
  expect(seedsTable([result])).toBe('')
})

test('results that were printed before are read again, and quiet years add up', () => {
  const year: QuietYears = {
    quietYears: 1,
    machines: 20_000,
    falseIncidents: 1,
    falsePerFleetYear: 1,
    incidents: [],
    thresholdRulesPerFleetYear: { a: 30 },
    wallSeconds: 1,
  }
  const three = {
    ...year,
    quietYears: 3,
    falseIncidents: 0,
    falsePerFleetYear: 0,
    thresholdRulesPerFleetYear: { a: 10 },
  }
  const lines = ['seed 1: day 30', JSON.stringify(result), JSON.stringify(year), JSON.stringify(three)]
  const { results, quiet } = readEarlier(lines.join('\n'))
  expect(results).toEqual([result])
  expect(quiet).toMatchObject({ quietYears: 4, falseIncidents: 1, falsePerFleetYear: 0.25 })
  expect(quiet?.thresholdRulesPerFleetYear).toEqual({ a: 15 })
})
