import { expect, test } from 'vitest'
import { bytes, memory, share } from '../src/design/format.ts'

test.each([
  [0, '0%'],
  [0.0004, '<0.1%'],
  [0.002, '0.2%'],
  [0.258, '26%'],
  [1, '100%'],
])('a share of %d reads %s', (x, words) => expect(share(x)).toBe(words))

test('bytes have a unit', () => expect(bytes(91_000_000_000)).toBe('91 GB'))

test('memory has the size that is written on it', () => {
  expect(memory(8 * 2 ** 30)).toBe('8 GB')
  expect(memory(7.9 * 2 ** 30)).toBe('7.9 GB')
})
