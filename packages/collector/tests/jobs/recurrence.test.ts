import { DAY, HOUR, WEEK } from '@pumphandle/shared/time'
import { describe, expect, test } from 'vitest'
import { occurrence } from '../../src/jobs/maintenance/recurrence.ts'

const LONDON = 'Europe/London'
/** Tuesday 9 January 2024, the month's second, 22:00 in London. */
const FROM = Date.UTC(2024, 0, 9, 22)
const window = (repeats: 'once' | 'weekly' | 'monthly') => ({ from: FROM, until: FROM + 4 * HOUR, repeats })
const next = (repeats: 'once' | 'weekly' | 'monthly', at: number) =>
  new Date(occurrence(window(repeats), at, LONDON).from).toISOString().slice(0, 16)

describe('a maintenance window', () => {
  test('that comes once stays where it was', () => {
    expect(next('once', FROM + WEEK)).toBe('2024-01-09T22:00')
  })

  test('goes on over midnight, and then waits for the next week', () => {
    expect(next('weekly', FROM + 3 * HOUR)).toBe('2024-01-09T22:00')
    expect(next('weekly', FROM + 4 * HOUR)).toBe('2024-01-16T22:00')
    expect(next('weekly', FROM + 7 * DAY + 3 * HOUR)).toBe('2024-01-16T22:00')
  })

  test('keeps its hour by the wall over the change to summer time', () => {
    expect(next('weekly', Date.UTC(2024, 3, 1))).toBe('2024-04-02T21:00')
  })

  test('comes on the second Tuesday of each month', () => {
    expect(next('monthly', FROM + DAY)).toBe('2024-02-13T22:00')
    expect(next('monthly', Date.UTC(2024, 2, 1))).toBe('2024-03-12T22:00')
    expect(next('monthly', Date.UTC(2024, 11, 20))).toBe('2025-01-14T22:00')
    expect(next('monthly', Date.UTC(2024, 2, 12, 23))).toBe('2024-03-12T22:00')
  })

  test('on a fifth Tuesday skips the months that have none', () => {
    const fifth = { from: Date.UTC(2024, 0, 30, 22), until: Date.UTC(2024, 0, 30, 23), repeats: 'monthly' as const }
    expect(new Date(occurrence(fifth, Date.UTC(2024, 1, 1), LONDON).from).toISOString()).toContain('2024-04-30')
  })
})
