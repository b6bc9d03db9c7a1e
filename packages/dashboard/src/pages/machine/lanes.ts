import type { MachineState, TimelineEntry } from '@pumphandle/shared/api'
import { DAY, HOUR, MINUTE } from '@pumphandle/shared/time'
import { MACHINE } from '../../design/words.ts'

/** Milliseconds since 1970. */
export interface Window {
  from: number
  until: number
}

/** Time that the machine spent in one state. */
export interface Span extends Window {
  state: MachineState
}

/** The states that the entries (newest first) tell of, oldest first; the last one lasts until now. */
export function stateSpans(entries: readonly TimelineEntry[], now: number): Span[] {
  const spans: Span[] = []
  for (const entry of entries.toReversed()) {
    if (entry.lane !== 'connection' || !(entry.type in MACHINE)) continue
    const last = spans.at(-1)
    if (last) last.until = entry.at
    spans.push({ from: entry.at, until: Math.max(now, entry.at), state: entry.type as MachineState })
  }
  return spans
}

/** Entries that would overlap when drawn, as one mark with a number. */
export interface Cluster {
  at: number
  entries: TimelineEntry[]
}

/** Groups entries of one lane that lie closer than `gap` milliseconds. Newest first in, oldest first out. */
export function clusters(entries: readonly TimelineEntry[], gap: number): Cluster[] {
  const found: Cluster[] = []
  for (const entry of entries.toReversed()) {
    const last = found.at(-1)
    if (last && entry.at - last.at < gap) last.entries.push(entry)
    else found.push({ at: entry.at, entries: [entry] })
  }
  return found
}

/** Steps between marks of time that people count in. */
const STEPS = [1, 2, 5, 10, 15, 30].map((m) => m * MINUTE).concat([1, 2, 6, 12, 24, 72, 168, 720].map((h) => h * HOUR))
/** Marks of time at most, on a desk's width and on a telephone's: more would write over each other. */
const TICKS = { wide: 7, narrow: 3 } as const

/** The whole minutes, hours or days of the reader's clock within the window, few enough to be read. */
export function ticks({ from, until }: Window, width: keyof typeof TICKS = 'wide'): number[] {
  const step = STEPS.find((s) => (until - from) / s <= TICKS[width]) ?? 2160 * HOUR
  const zone = new Date(from).getTimezoneOffset() * MINUTE
  const first = Math.ceil((from - zone) / step) * step + zone
  return Array.from({ length: Math.max(0, Math.floor((until - first) / step) + 1) }, (_, i) => first + i * step)
}

/** Less than this cannot be told apart by clocks that are wrong by seconds. */
const LEAST_MS = MINUTE

/** The window after zooming by `factor` about `at`, or moving by a share of its length; never longer than a year. */
export const zoomed = ({ from, until }: Window, factor: number, at = (from + until) / 2): Window => {
  const length = Math.min(Math.max((until - from) * factor, LEAST_MS), 366 * DAY)
  const share = (at - from) / (until - from)
  return { from: at - share * length, until: at + (1 - share) * length }
}
export const moved = ({ from, until }: Window, share: number): Window => {
  const by = (until - from) * share
  return { from: from + by, until: until + by }
}
