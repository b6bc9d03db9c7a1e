import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareVersions, versionKey } from '../../src/versions/index.ts'
import { EQUAL, IN_ORDER } from './table.ts'

describe('versions as vendors write them', () => {
  test.each(Object.entries(IN_ORDER))('%s', (_name, versions) => {
    const shuffled = versions.toReversed()
    expect(shuffled.toSorted(compareVersions)).toEqual(versions)
    for (const [i, v] of versions.entries()) {
      for (const later of versions.slice(i + 1)) expect(compareVersions(v, later)).toBe(-1)
    }
  })

  test('the table has at least 60 of them', () => {
    expect(new Set(Object.values(IN_ORDER).flat()).size).toBeGreaterThanOrEqual(60)
  })

  test.each(EQUAL)('%s is %s', (a, b) => {
    expect(compareVersions(a, b)).toBe(0)
    expect(versionKey(a)).toBe(versionKey(b))
  })
})

// dotted numbers, dates, words and noise, often sharing a beginning
const part = fc.oneof(
  fc.nat(30).map(String),
  fc.nat().map(String),
  fc.constantFrom('rc', 'beta', 'a', 'é', '2024-07-19', 'T04:09', '000'),
)
const version = fc.oneof(
  fc
    .array(fc.tuple(part, fc.constantFrom('.', '-', ' ', '', '/', '+')), { maxLength: 6 })
    .map((ps) => ps.flat().join('')),
  fc.string({ maxLength: 30, unit: 'grapheme' }),
  fc.constantFrom(...Object.values(IN_ORDER).flat()),
)

describe('any versions', () => {
  test('are in a total order', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(compareVersions(a, a)).toBe(0)
        expect(compareVersions(a, b) + compareVersions(b, a)).toBe(0)
        const [low = '', , high = ''] = [a, b, c].toSorted(compareVersions)
        expect(compareVersions(low, high)).toBeLessThanOrEqual(0)
        const rising = compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0
        expect(rising && compareVersions(a, c) > 0).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  test('have keys of printable ASCII below the ceiling', () => {
    fc.assert(
      fc.property(version, (v) => {
        expect(versionKey(v)).toMatch(/^[ -}]*#$/)
      }),
      { numRuns: 1000 },
    )
  })

  test('with one more part come later, unless it is a pre-release', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(99), { minLength: 1, maxLength: 5 }), fc.nat(99), (numbers, more) => {
        expect(compareVersions(numbers.join('.'), [...numbers, more].join('.'))).toBe(-1)
      }),
    )
  })

  test('of numbers compare number by number', () => {
    const numbers = fc.array(fc.nat(1200), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const i = a.findIndex((n, at) => n !== b[at])
        const expected = i < 0 ? 0 : Math.sign((a[i] ?? 0) - (b[i] ?? 0))
        expect(compareVersions(a.join('.'), b.join('.'))).toBe(expected)
      }),
    )
  })
})
