import { DAY, HOUR } from '@pumphandle/shared/time'
import { expect, test } from 'vitest'
import { spansOf, turnsOf } from '../../../src/jobs/notify/rota/on-call.ts'
import type { Rota } from '../../../src/model/rota.ts'

const ZONE = 'Europe/London'
const [DESK, ALICE, BOB, BOSS] = [1, 2, 3, 4]
const rota: Rota = {
  shifts: [
    { days: [1, 2, 3, 4, 5], from: '08:00', until: '18:00', channels: [DESK] },
    { days: [0, 1, 2, 3, 4, 5, 6], from: '18:00', until: '08:00', channels: [ALICE, BOB] },
    { days: [0, 6], from: '08:00', until: '18:00', channels: [BOB] },
  ],
  exceptions: [{ from: '2026-12-25', until: '2026-12-26', channel: BOSS, note: 'Christmas' }],
  nextAfterMinutes: 15,
  turnsFrom: '2026-11-25',
}
const first = (at: number) => turnsOf(rota, at, ZONE)[0]?.channel

test.each([
  ['Wednesday at noon', Date.UTC(2026, 10, 25, 12), DESK],
  ['its night', Date.UTC(2026, 10, 25, 20), ALICE],
  ['the night of the next week', Date.UTC(2026, 11, 2, 20), BOB],
  ['the week after is the first one’s again', Date.UTC(2026, 11, 9, 20), ALICE],
  ['the week before, by turns counted back', Date.UTC(2026, 10, 18, 20), BOB],
  ['Sunday night goes on into Monday morning', Date.UTC(2026, 10, 30, 7, 59), ALICE],
  ['and ends there', Date.UTC(2026, 10, 30, 8), DESK],
  ['a holiday', Date.UTC(2026, 11, 25, 12), BOSS],
  // in summer London is an hour ahead
  ['17:30 UTC in July is past six', Date.UTC(2027, 6, 7, 17, 30), ALICE],
])('on call: %s', (_, at, channel) => {
  expect(first(at)).toBe(channel)
})

test('the next is told after a while, then the next, each once', () => {
  const turns = turnsOf(rota, Date.UTC(2026, 10, 25, 20), ZONE)
  expect(turns).toEqual([
    { channel: ALICE, afterMinutes: 0 },
    { channel: BOB, afterMinutes: 15 },
    { channel: DESK, afterMinutes: 30 },
    { channel: BOSS, afterMinutes: 45 },
  ])
  expect(turnsOf({ ...rota, nextAfterMinutes: 0 }, Date.UTC(2026, 10, 25, 20), ZONE)).toHaveLength(1)
})

test('where nobody is on call all are told at once', () => {
  const days = {
    ...rota,
    shifts: rota.shifts.slice(0, 1),
    exceptions: [{ ...rota.exceptions[0]!, from: '2026-12-26' }],
  }
  const turns = turnsOf(days, Date.UTC(2026, 10, 28, 12), ZONE)
  expect(turns).toEqual([DESK, BOSS].map((channel) => ({ channel, afterMinutes: 0 })))
})

test('a week in order, without gaps, over the end of summer time', () => {
  // 25 October 2026: a day of 25 hours
  const from = Date.UTC(2026, 9, 24, 12)
  const spans = spansOf(rota, from, from + 3 * DAY, ZONE)
  expect(spans[0]?.from).toBe(from)
  expect(spans.at(-1)?.until).toBe(from + 3 * DAY)
  for (const [i, span] of spans.slice(1).entries()) expect(span.from).toBe(spans[i]?.until)
  // each hour says the same as asking for it
  for (let at = from; at < from + 3 * DAY; at += HOUR / 2)
    expect(spans.find((span) => span.from <= at && at < span.until)?.channel).toBe(first(at))
})
