import type { VersionComparison } from '@pumphandle/shared/api'
import { expect, test } from 'vitest'
import { sentenceOf } from '../../src/versions/words.ts'

const NOTHING = { crash: 0, vanished: 0, 'no-return': 0, service: 0, app: 0 }

test.each([
  [0, 0.01, 'crashes far less often than similar machines with 7.15'],
  [0, 0.4, 'crashes at most 0.4 times as often as similar machines with 7.15'],
  [0, 1, 'crashes no more often than similar machines with 7.15'],
  [4.7, null, 'crashes at least 4.7 times as often as similar machines with 7.15'],
  [0.2, null, 'too few failures to compare with similar machines with 7.15'],
])('%d to %d times as often, as people say it', (low, high, said) => {
  const compared: VersionComparison = {
    with: { kind: 'sensor', name: 'falcon', version: '7.15', key: 'sensor:falcon@7.15' },
    failureClass: 'crash',
    low,
    high,
    failures: { newer: 0, older: 9 },
  }
  const sentence = sentenceOf({
    machines: 246,
    machineHours: 4,
    failures: NOTHING,
    explained: 0,
    crashRate: { low: 0, high: null },
    compared: [compared],
    incident: null,
  })
  expect(sentence).toBe(`On 246 machines for 4 machine-hours: no crashes, in too short a time to say more; ${said}.`)
})

test('what an incident blames is not said to have failed too little', () => {
  const compared: VersionComparison = {
    with: { kind: 'content', name: 'falcon/291', version: '7.15', key: 'content:falcon/291@7.15' },
    failureClass: 'crash',
    low: 0.9,
    high: null,
    failures: { newer: 3, older: 0 },
  }
  const said = { machines: 233, machineHours: 2, explained: 0, crashRate: { low: 0, high: null }, incident: 1 }
  expect(sentenceOf({ ...said, failures: { ...NOTHING, crash: 3 }, compared: [compared] })).toBe(
    'Incident 1 blames it. On 233 machines for 2 machine-hours: 3 crashes.',
  )
  expect(sentenceOf({ ...said, failures: { ...NOTHING, vanished: 2 }, compared: [] })).toBe(
    'Incident 1 blames it. On 233 machines for 2 machine-hours: no crash reported yet; 2 machines vanished without a goodbye.',
  )
})
