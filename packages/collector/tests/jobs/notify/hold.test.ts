import type { IncidentRow } from '@pumphandle/shared/api'
import { MINUTE, SECOND } from '@pumphandle/shared/time'
import { expect, test } from 'vitest'
import { type Holding, holdOf, quietUntil } from '../../../src/jobs/notify/hold/hold.ts'

const NIGHT = Date.UTC(2026, 0, 10, 23, 30)
const none = { affected: 0, 'at-risk': 0, recovered: 0, relapsed: 0, missing: 0, cleared: 0 }
const small = { id: 1, status: 'open', practices: 1, cohorts: { ...none, affected: 3 } } as IncidentRow
const large = { ...small, cohorts: { ...none, affected: 80 } } as IncidentRow
const options = { secret: '', afterMinutes: 0, quiet: '', downMinutes: 0, backMinutes: 0, digest: '' }
const message = { type: 'opened', created_at: NIGHT, incident_id: 1, after_minutes: 0, digest_at: null }
const unknown = { last: undefined, lastResolvedAt: null, begins: 0, twin: false, later: new Set<string>() }
const told = (type: string, machines = 3) => ({ ...unknown, last: { type, incident_id: 1, machines }, begins: 1 })
const hold = (over: Partial<Holding>) =>
  holdOf({
    message,
    incident: small,
    options,
    known: unknown,
    now: NIGHT,
    timeZone: 'Europe/London',
    ...over,
  })

test('a small incident waits for the morning, one of the worst does not', () => {
  const quiet = { ...options, quiet: '22:00-07:00' }
  // within seconds it may be one of the worst
  expect(hold({ options: quiet })).toEqual({ do: 'wait', until: NIGHT + 10 * SECOND })
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
  const over: Partial<Holding> = {
    options: later,
    incident: { ...small, status: 'resolved' },
    message: { ...message, type: 'resolved' },
  }
  expect(hold(over)).toEqual({ do: 'skip' })
  expect(hold({ ...over, known: told('opened') })).toEqual({ do: 'send' })
})

test.each([
  ['22:00-07:00', Date.UTC(2026, 0, 10, 21, 59), undefined],
  ['22:00-07:00', Date.UTC(2026, 0, 10, 22, 0), Date.UTC(2026, 0, 11, 7, 0)],
  ['22:00-07:00', Date.UTC(2026, 0, 11, 6, 59), Date.UTC(2026, 0, 11, 7, 0)],
  // in summer London is an hour ahead
  ['22:00-07:00', Date.UTC(2026, 6, 10, 21, 30), Date.UTC(2026, 6, 11, 6, 0)],
  ['12:00-13:00', Date.UTC(2026, 0, 10, 12, 30), Date.UTC(2026, 0, 10, 13, 0)],
  ['', Date.UTC(2026, 0, 10, 12, 30), undefined],
  // over the two nights in which clocks change
  ['22:00-07:00', Date.UTC(2026, 2, 28, 23, 0), Date.UTC(2026, 2, 29, 6, 0)],
  ['22:00-07:00', Date.UTC(2026, 9, 24, 22, 0), Date.UTC(2026, 9, 25, 7, 0)],
  // hours that end when they begin would never end
  ['22:00-22:00', Date.UTC(2026, 0, 10, 12, 30), undefined],
])('quiet hours %s at %d end at %d', (quiet, at, until) => {
  expect(quietUntil(quiet, at, 'Europe/London')).toBe(until)
})

const contained = { ...small, status: 'contained' } as IncidentRow
const resolved = { ...small, status: 'resolved' } as IncidentRow

test('what begins and ends within its delay is told neither way; each stage is told once', () => {
  const slow = { ...options, downMinutes: 2, backMinutes: 10 }
  expect(hold({ options: slow })).toEqual({ do: 'wait', until: NIGHT + 2 * MINUTE })
  const now = NIGHT + 2 * MINUTE
  expect(hold({ options: slow, now })).toEqual({ do: 'send' })
  expect(hold({ options: slow, now, incident: resolved })).toEqual({ do: 'skip' })
  const ends = { options: slow, message: { ...message, type: 'contained' }, known: told('opened') }
  expect(hold({ ...ends, incident: contained })).toEqual({ do: 'wait', until: NIGHT + 10 * MINUTE })
  expect(hold({ ...ends, incident: contained, now: NIGHT + 10 * MINUTE })).toEqual({ do: 'send' })
  // it came back meanwhile: neither the end nor the return is news
  expect(hold({ ...ends, incident: small })).toEqual({ do: 'skip' })
  expect(hold({ ...ends, message: { ...message, type: 'reopened' } })).toEqual({ do: 'skip' })
  // it came, went and came, and is contained for another while
  const later = new Set(['reopened', 'contained'])
  expect(hold({ ...ends, incident: contained, known: { ...told('opened'), later } })).toEqual({ do: 'skip' })
  // told already
  expect(hold({ ...ends, incident: contained, known: told('contained') })).toEqual({ do: 'skip' })
})

test('what comes back again and again is told three times a day, unless it is one of the worst', () => {
  const again = { message: { ...message, type: 'reopened' }, known: { ...told('contained'), begins: 2 } }
  expect(hold(again)).toEqual({ do: 'send' })
  const often = { ...again, known: { ...told('contained'), begins: 3 } }
  expect(hold(often)).toEqual({ do: 'skip' })
  expect(hold({ ...often, incident: large })).toEqual({ do: 'send' })
})

test('the same cause as another incident’s: no second beginning where the first was never over, no end while one goes on', () => {
  const openedAt = NIGHT - MINUTE
  const quick = { ...options, backMinutes: 5 }
  const known = { ...unknown, last: { type: 'opened', incident_id: 7, machines: 3 }, begins: 1 }
  const second = { options: quick, incident: { ...small, openedAt } }
  expect(hold({ ...second, known: { ...known, lastResolvedAt: openedAt - 2 * MINUTE } })).toEqual({ do: 'skip' })
  // its end was never heard of, for the channel was dead
  expect(hold({ ...second, known: { ...known, lastResolvedAt: openedAt - 20 * MINUTE } })).toEqual({ do: 'send' })
  const end = { incident: resolved, message: { ...message, type: 'resolved' }, known: told('opened') }
  expect(hold(end)).toEqual({ do: 'send' })
  expect(hold({ ...end, known: { ...told('opened'), twin: true } })).toEqual({ do: 'skip' })
})

test('ten times larger: told when it is, since the last message', () => {
  const grown = { message: { ...message, type: 'grown' } }
  expect(hold({ ...grown, incident: large, known: told('opened', 8) })).toEqual({ do: 'send' })
  expect(hold({ ...grown, incident: large, known: told('opened', 9) })).toEqual({ do: 'skip' })
})

test('what is not of the worst waits for the day’s digest, and goes by itself where it becomes so', () => {
  const daily = { ...options, digest: '08:00' }
  const at = Date.UTC(2026, 0, 11, 8, 0)
  expect(hold({ options: daily })).toEqual({ do: 'digest', at, until: NIGHT + 10 * SECOND })
  expect(hold({ options: daily, incident: large })).toEqual({ do: 'send' })
})
