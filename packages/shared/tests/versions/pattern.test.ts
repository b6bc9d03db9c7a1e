import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compareVersions, matches, parseVersionPattern } from '../../src/versions/index.ts'
import { IN_ORDER } from './table.ts'

function matching(pattern: string, versions: string[]): string[] {
  const result = parseVersionPattern(pattern)
  if (!result.ok) throw new Error(result.message)
  return versions.filter((v) => matches(result.pattern, v))
}

const falcon = IN_ORDER['CrowdStrike Falcon sensor'] ?? []
const channel = IN_ORDER['Falcon channel file 291, by its time'] ?? []

describe('a pattern', () => {
  test.each([
    ['7.16.18605.0', ['7.16.18605.0']],
    ['=7.16.18605.0', ['7.16.18605.0']],
    ['7.16.*', ['7.16.18605.0', '7.16.18613.0']],
    ['>=7.11,<7.15', ['7.11.18110.0', '7.14.18410.0']],
    ['>7.15.*', ['7.16.18605.0', '7.16.18613.0', '7.17.18721.0']],
    ['<=7.11.*', ['6.58.17212.0', '7.11.18110.0']],
    ['>=7.17', ['7.17.18721.0']],
    ['6.*,>7.14,<7.15.18514,7.17.18721.0', ['6.58.17212.0', '7.14.18410.0', '7.15.18511.0', '7.17.18721.0']],
    ['<7,>=7.17', ['6.58.17212.0', '7.17.18721.0']],
    ['*', falcon],
    ['7.1.*', []],
    ['"7.16.*"', ['7.16.18605.0', '7.16.18613.0']],
  ])('%s', (pattern, expected) => expect(matching(pattern, falcon)).toEqual(expected))

  test.each([
    ['2024-07-19T04:09Z', ['2024-07-19T04:09Z']],
    ['2024-07-19*', ['2024-07-19T04:09Z', '2024-07-19T05:27Z', '2024-07-19T06:27+00:00']],
    ['2024-07-19T04:*', ['2024-07-19T04:09Z']],
    ['>=2024-07-19T04:00Z,<2024-07-19T05:27Z', ['2024-07-19T04:09Z']],
    ['2024-07-*', channel],
  ])('%s', (pattern, expected) => expect(matching(pattern, channel)).toEqual(expected))

  test('7.16.* holds 7.16 itself and not 7.160', () => {
    expect(matching('7.16.*', ['7.16', '7.16.0', '7.160', '7.1', '7.17', '7.16.0-rc.1'])).toEqual([
      '7.16',
      '7.16.0',
      '7.16.0-rc.1',
    ])
  })

  test.each([
    ['7.1*', '* stands for whole parts: write 7.1.*', 0],
    ['7.*.1', '* stands only at the end of a version, as in 7.16.*', 0],
    ['>=', 'a version is missing after >=', 0],
    ['7.16,', 'a version is missing here', 5],
    ['7.16 7.17', 'a version, a comma or the end is expected here', 5],
    [Array.from({ length: 51 }, (_, i) => i).join(), 'more than 50 versions', 140],
  ])('%s is refused with the place', (pattern, message, from) => {
    expect(parseVersionPattern(pattern)).toMatchObject({ ok: false, message, from })
  })

  test('of bounds agrees with comparing', () => {
    const version = fc.array(fc.nat(12), { minLength: 1, maxLength: 4 }).map((ns) => ns.join('.'))
    fc.assert(
      fc.property(version, version, version, (v, low, high) => {
        fc.pre(compareVersions(low, high) < 0)
        const inside = compareVersions(v, low) >= 0 && compareVersions(v, high) < 0
        expect(matching(`>=${low},<${high}`, [v]).length > 0).toBe(inside)
        expect(matching(`>${low},<=${high}`, [v]).length > 0).toBe(
          compareVersions(v, low) > 0 && compareVersions(v, high) <= 0,
        )
      }),
    )
  })
})
