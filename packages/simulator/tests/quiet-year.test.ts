import { systemClock } from '@pumphandle/shared'
import { expect, test } from 'vitest'
import { runQuietYears } from '../src/replay/quiet-year.ts'
import { THRESHOLD_RULES } from '../src/score/thresholds.ts'

test('quiet days of several seeds are counted together, rules beside the detector', () => {
  const told: string[] = []
  const options = { years: 2, machines: 400, seed: 5, days: 3, wallClock: systemClock }
  const result = runQuietYears({ ...options, onProgress: (line) => told.push(line) })
  expect(result).toMatchObject({ quietYears: 2, machines: 400, falseIncidents: 0 })
  expect(Object.keys(result.thresholdRulesPerFleetYear)).toEqual(THRESHOLD_RULES)
  expect(told.map((line) => line.split(':')[0])).toEqual(['seed 5', 'seed 6'])
})
