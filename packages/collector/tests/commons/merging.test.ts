import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Pool } from '../../src/commons/server/answer.ts'
import { type Merged, merged } from '../../src/commons/server/merged.ts'
import type { Report } from '../../src/commons/words/report.ts'
import { anyReport, keyNamed, NOON } from './reports.ts'

const known = (reports: readonly Report[]): Merged => merged(...reports.map((one) => new Map([[one.key, one]])))
const entries = (all: Merged) => [...all].sort(([a], [b]) => (a < b ? -1 : 1))
const some = fc.array(anyReport, { maxLength: 8 })

describe('merging what organisations said', () => {
  test('is commutative', () => {
    fc.assert(
      fc.property(some, some, (a, b) => {
        expect(entries(merged(known(a), known(b)))).toEqual(entries(merged(known(b), known(a))))
      }),
    )
  })

  test('is associative', () => {
    fc.assert(
      fc.property(some, some, some, (a, b, c) => {
        const left = merged(merged(known(a), known(b)), known(c))
        const right = merged(known(a), merged(known(b), known(c)))
        expect(entries(left)).toEqual(entries(right))
      }),
    )
  })

  test('is idempotent: a report that comes twice, or late, changes nothing', () => {
    fc.assert(
      fc.property(some, (a) => {
        const once = known(a)
        expect(entries(merged(once, once))).toEqual(entries(once))
        expect(entries(known([...a, ...a]))).toEqual(entries(once))
      }),
    )
  })

  test('gives the same answers to the last bit, in whatever order the reports came', () => {
    fc.assert(
      fc.property(some, fc.nat(), (reports, by) => {
        const turned = reports.toSorted(
          (a, b) => ((JSON.stringify(a).length * by) % 7) - ((JSON.stringify(b).length * by) % 7),
        )
        for (const asker of ['a', 'z'].map(keyNamed))
          expect(new Pool(known(turned), NOON).answerTo(asker)).toEqual(new Pool(known(reports), NOON).answerTo(asker))
      }),
    )
  })

  test('tells nobody of itself: an answer is the same with and without the asker’s own report', () => {
    fc.assert(
      fc.property(some, (reports) => {
        const asker = keyNamed('a')
        const without = reports.filter(({ key }) => key !== asker)
        expect(new Pool(known(reports), NOON).answerTo(asker)).toEqual(new Pool(known(without), NOON).answerTo(asker))
      }),
    )
  })
})
