import type { TimelineEntry } from '@pumphandle/shared/api'
import { expect, test } from 'vitest'
import { clusters, moved, stateSpans, ticks, zoomed } from '../src/pages/machine/lanes.ts'

let seq = 0
const entry = (at: number, lane: TimelineEntry['lane'], type: string): TimelineEntry => ({
  seq: ++seq,
  at,
  receivedAt: at,
  lane,
  type,
  text: '',
  event: null,
})

test('states follow one another, the last until now; events of other lanes do not end them', () => {
  const newestFirst = [
    entry(300, 'connection', 'dark'),
    entry(200, 'crash', 'crash'),
    entry(100, 'connection', 'healthy'),
  ]
  expect(stateSpans(newestFirst, 1000)).toEqual([
    { from: 100, until: 300, state: 'healthy' },
    { from: 300, until: 1000, state: 'dark' },
  ])
})

test('what would overlap is one mark', () => {
  const newestFirst = [entry(500, 'crash', 'crash'), entry(110, 'crash', 'crash'), entry(100, 'crash', 'crash')]
  expect(clusters(newestFirst, 50).map((c) => [c.at, c.entries.length])).toEqual([
    [100, 2],
    [500, 1],
  ])
})

test('zooming keeps the moment under the pointer where it is, and ends at a minute', () => {
  const window = { from: 0, until: 1_000_000 }
  const near = zoomed(window, 0.5, 250_000)
  expect(near).toEqual({ from: 125_000, until: 625_000 })
  const least = zoomed({ from: 0, until: 60_000 }, 0.1)
  expect(least.until - least.from).toBe(60_000)
  expect(moved(window, 0.5)).toEqual({ from: 500_000, until: 1_500_000 })
})

test('marks of time are whole by the clock, and few enough', () => {
  const at = Date.UTC(2024, 6, 19, 4, 9, 12)
  const quarter = ticks({ from: at - 15 * 60_000, until: at })
  expect(quarter).toEqual(['03:55', '04:00', '04:05'].map((time) => Date.parse(`2024-07-19T${time}Z`)))
  const month = ticks({ from: at - 30 * 86_400_000, until: at })
  expect(month.length).toBeLessThan(8)
  expect(new Date(month[0] ?? 0).getHours()).toBe(0)
})
