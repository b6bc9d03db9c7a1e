import { expect, test } from 'vitest'
import { isOpen, parseOpeningHours, wallClock } from '../../src/practices/opening-hours.ts'

const WEEK = 'Mon-Fri 08:00-18:30; Sat 9.00 to 12.00'

test.each([
  ['2024-07-19T07:30:00Z', true], // Friday 08:30 in London's summer
  ['2024-07-19T06:59:00Z', false],
  ['2024-07-19T17:30:00Z', false],
  ['2024-07-20T08:00:00Z', true], // Saturday 09:00
  ['2024-07-21T10:00:00Z', false], // Sunday
  ['2024-01-19T08:00:00Z', true], // winter: 08:00
])('at %s it is open: %s', (at, open) => {
  expect(isOpen(WEEK, wallClock(Date.parse(at), 'Europe/London'))).toBe(open)
})

test('days may run over the end of the week; no hours are not known', () => {
  expect(parseOpeningHours('Fri-Mon 00:00-24:00')).toEqual([{ days: [5, 6, 0, 1], from: 0, until: 1440 }])
  expect(isOpen(null, { day: 1, minute: 600 })).toBeNull()
})

test.each(['Mon', 'Mon 18:00-08:00', 'Xyz 08:00-09:00', 'Mon 08:99-09:00', 'Mon 08:00-25:00'])(
  '%s is refused',
  (text) => {
    expect(() => parseOpeningHours(text)).toThrow('is not understood')
  },
)
