import { expect, test } from 'vitest'
import { ago, counted, duration, durationInWords } from '../../src/words/index.ts'
import { isoDay, isoMinute, partsOf, utcTime } from '../../src/words/time.ts'

test('numbers keep their nouns', () => {
  expect(counted(1, 'machine')).toBe('1 machine')
  expect(counted(1204, 'machine')).toBe('1,204 machines')
  expect(counted(0, 'entry', 'entries')).toBe('0 entries')
})

test.each([
  [400, '0 s', '0 seconds'],
  [1_000, '1 s', '1 second'],
  [71_000, '1 min 11 s', '71 seconds'],
  [3_600_000, '1 h', '1 hour'],
  [14 * 60_000 + 30_000, '14 min', '15 minutes'],
  [90 * 60_000, '1 h 30 min', '90 minutes'],
  [2 * 86_400_000 + 4 * 3_600_000, '2 d 4 h', '2 days'],
])('%d ms reads %s, and in a sentence %s', (ms, short, words) => {
  expect(duration(ms)).toBe(short)
  expect(durationInWords(ms)).toBe(words)
})

test('an age has one unit', () => {
  expect(ago(1500)).toBe('just now')
  expect(ago(40_000)).toBe('40 s ago')
  expect(ago(3 * 3_600_000 + 59 * 60_000)).toBe('3 h ago')
})

test('a moment of UTC, for people and for programs', () => {
  const at = Date.UTC(2024, 6, 19, 4, 9, 12)
  expect(utcTime(at)).toBe('19 Jul 2024, 04:09:12 UTC')
  expect(isoDay(at)).toBe('2024-07-19')
  expect(isoMinute(at)).toBe('2024-07-19T04:09Z')
  expect(partsOf(`Crashed at ${utcTime(at)}; back since ${utcTime(at + 60_000)}.`)).toEqual([
    'Crashed at ',
    at,
    '; back since ',
    at + 60_000,
    '.',
  ])
  expect(partsOf('Sleeping.')).toEqual(['Sleeping.'])
})
