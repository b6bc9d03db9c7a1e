import type { IncidentRow } from '@pumphandle/shared/api'
import { MINUTE } from '@pumphandle/shared/time'
import { expect, test } from 'vitest'
import { type Holding, holdOf, quietUntil } from '../../../src/jobs/notify/hold.ts'

const NIGHT = Date.UTC(2026, 0, 10, 23, 30)
const none = { affected: 0, 'at-risk': 0, recovered: 0, relapsed: 0, missing: 0, cleared: 0 }
const small = { status: 'open', practices: 1, cohorts: { ...none, affected: 3 } } as IncidentRow
const large = { ...small, cohorts: { ...none, affected: 80 } } as IncidentRow
const options = { secret: '', afterMinutes: 0, quiet: '' }
const hold = (over: Partial<Holding>) =>
  holdOf({
    message: { type: 'opened', created_at: NIGHT },
    incident: small,
    options,
    toldBefore: false,
    now: NIGHT,
    timeZone: 'Europe/London',
    ...over,
  })

test('a small incident waits for the morning, one of the worst does not', () => {
  const quiet = { ...options, quiet: '22:00-07:00' }
  expect(hold({ options: quiet })).toEqual({ do: 'wait', until: NIGHT + 5 * MINUTE })
  expect(hold({ options: quiet, incident: large })).toEqual({ do: 'send' })
  expect(hold({ options: quiet, now: Date.UTC(2026, 0, 11, 7, 0) })).toEqual({ do: 'send' })
})

test('the next person is told after a while, and only if nobody has it', () => {
  const later = { ...options, afterMinutes: 15 }
  expect(hold({ options: later })).toEqual({ do: 'wait', until: NIGHT + 15 * MINUTE })
  const now = NIGHT + 15 * MINUTE
  expect(hold({ options: later, now })).toEqual({ do: 'send' })
  expect(hold({ options: later, now, incident: { ...small, status: 'acknowledged' } })).toEqual({ do: 'skip' })
  // who was not told that it began is not told that it ended
  const over: Partial<Holding> = { options: later, message: { type: 'resolved', created_at: NIGHT } }
  expect(hold(over)).toEqual({ do: 'skip' })
  expect(hold({ ...over, toldBefore: true })).toEqual({ do: 'send' })
})

test.each([
  ['22:00-07:00', Date.UTC(2026, 0, 10, 21, 59), undefined],
  ['22:00-07:00', Date.UTC(2026, 0, 10, 22, 0), Date.UTC(2026, 0, 11, 7, 0)],
  ['22:00-07:00', Date.UTC(2026, 0, 11, 6, 59), Date.UTC(2026, 0, 11, 7, 0)],
  // in summer London is an hour ahead
  ['22:00-07:00', Date.UTC(2026, 6, 10, 21, 30), Date.UTC(2026, 6, 11, 6, 0)],
  ['12:00-13:00', Date.UTC(2026, 0, 10, 12, 30), Date.UTC(2026, 0, 10, 13, 0)],
  ['', Date.UTC(2026, 0, 10, 12, 30), undefined],
])('quiet hours %s at %d end at %d', (quiet, at, until) => {
  expect(quietUntil(quiet, at, 'Europe/London')).toBe(until)
})
