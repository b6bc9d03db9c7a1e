import type { VerdictWord, VersionVerdict } from '@pumphandle/shared/api'
import { bestOf, recipesOf } from '@pumphandle/shared/hold'
import { expect, test } from 'vitest'

const component = (version: string) => ({
  kind: 'content' as const,
  name: 'falcon/291',
  version,
  key: `content:falcon/291@${version}`,
})
const BAD = component('2026-11-29T15:20Z')

function verdict(version: string, word: VerdictWord, machines: number): VersionVerdict {
  return {
    component: component(version),
    word,
    wordSince: 0,
    machines,
    machineHours: 1,
    since: 0,
    failures: { crash: 0, vanished: 0, 'no-return': 0, service: 0, app: 0 },
    explained: 0,
    crashRate: { low: 0, high: null },
    compared: [],
    incident: null,
    sentence: '',
    needed: null,
  }
}

test('a version that came a moment ago is not recommended, however many have it', () => {
  const now = [verdict('2026-11-29T15:23Z', 'new', 200), verdict('2026-11-29T08:19Z', 'watching', 90)]
  expect(bestOf(now, BAD.key)).toBeUndefined()
  const later = [...now, verdict('2026-11-28T09:00Z', 'no-worse', 12)]
  expect(bestOf(later, BAD.key)?.version).toBe('2026-11-28T09:00Z')
})

test('steps name the version as every page does', () => {
  const [{ steps } = { steps: [] }] = recipesOf({ component: BAD, good: undefined })
  expect(steps.join(' ')).toContain('Falcon channel file 291 of 15:20 UTC on 29 November 2026')
})
