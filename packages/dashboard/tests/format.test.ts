import { expect, test } from 'vitest'
import { ago, bytes, duration, plural, share } from '../src/design/format.ts'

test.each([
  [0, '0%'],
  [0.0004, '<0.1%'],
  [0.002, '0.2%'],
  [0.258, '26%'],
  [1, '100%'],
])('a share of %d reads %s', (x, words) => expect(share(x)).toBe(words))

test.each([
  [400, '0 s'],
  [71_000, '1 min 11 s'],
  [3_600_000, '1 h'],
  [14 * 60_000 + 30_000, '14 min'],
  [2 * 86_400_000 + 4 * 3_600_000, '2 d 4 h'],
])('%d ms reads %s', (ms, words) => expect(duration(ms)).toBe(words))

test('an age has one unit', () => {
  expect(ago(1500)).toBe('just now')
  expect(ago(40_000)).toBe('40 s ago')
  expect(ago(3 * 3_600_000 + 59 * 60_000)).toBe('3 h ago')
})

test('numbers keep their nouns', () => {
  expect(plural(1, 'machine')).toBe('1 machine')
  expect(plural(1204, 'machine')).toBe('1,204 machines')
  expect(plural(0, 'entry', 'entries')).toBe('0 entries')
  expect(bytes(91_000_000_000)).toBe('91 GB')
})
