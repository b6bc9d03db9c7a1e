import { type MaintenanceRow, REPEATS } from '@pumphandle/shared/api'
import { DAY, WEEK } from '@pumphandle/shared/time'
import { epochOf, type Wall, wallOf, weekdayOf } from '../../model/wall-clock.ts'

type Repeats = MaintenanceRow['repeats']

/** As the store has it. */
export const repeatsOf = (text: string): Repeats => REPEATS.find((one) => one === text) ?? 'once'

interface Window {
  /** The first time, ms epoch. */
  readonly from: number
  readonly until: number
  readonly repeats: Repeats
}

/** A month has the weekday so often that its fifth is left out where there is none; then the next month is looked at. */
const MONTHS_AHEAD = 3

/**
 * The time of a window that goes on at `at`, or the next one after it; the last one where it does not repeat. A window
 * keeps its hour by the clock on the wall, over the change to summer time too; monthly means the same weekday of the month,
 * as patches come (the second Tuesday).
 * @param timeZone the organisation's
 */
export function occurrence(
  { from, until, repeats }: Window,
  at: number,
  timeZone: string,
): { from: number; until: number } {
  const length = until - from
  if (repeats === 'once' || at < until) return { from, until }
  const first = wallOf(from, timeZone)
  // one earlier than may be needed, for a window that goes on over midnight
  const start = at - length - DAY
  const candidates =
    repeats === 'weekly' ? weekly(first, from, start, timeZone) : monthly(first, wallOf(start, timeZone), timeZone)
  const next = candidates.find((begins) => begins + length > at) ?? from
  return { from: next, until: next + length }
}

function weekly(first: Wall, from: number, start: number, timeZone: string): number[] {
  const weeks = Math.max(0, Math.floor((start - from) / WEEK))
  return [0, 1, 2].map((more) => epochOf({ ...first, day: first.day + 7 * (weeks + more) }, timeZone))
}

function monthly(first: Wall, start: Wall, timeZone: string): number[] {
  const weekday = weekdayOf(first)
  const turn = Math.ceil(first.day / 7)
  const found: number[] = []
  for (let ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
    const month = { ...first, year: start.year, month: start.month + ahead, day: 1 }
    const day = 1 + ((weekday - weekdayOf(month) + 7) % 7) + 7 * (turn - 1)
    if (day <= new Date(Date.UTC(month.year, month.month, 0)).getUTCDate())
      found.push(epochOf({ ...month, day }, timeZone))
  }
  return found
}
