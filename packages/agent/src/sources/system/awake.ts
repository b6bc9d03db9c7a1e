import type { EventRecord } from '../../formats/evtx/event.ts'
import { fieldOf, isoToMs, timeOf } from '../../formats/evtx/event-fields.ts'
import type { LogHistory } from '../../volume/history.ts'
import { powerAfter } from '../boots/power.ts'
import { lastHeardBefore } from '../boots/start-time.ts'
import { readTrails } from '../boots/trail.ts'

/** A time between two others, milliseconds since 1970. */
export interface Stretch {
  from: number
  until: number
  /** It begins with a start or a wake, not in the middle of a day. */
  isFresh: boolean
}

/** Windows writes its uptime to the log at noon, if nothing else: one that has no word for so long is not of these days. */
const SILENCE_MS = 24 * 3_600_000
/** Clocks are set by less than this all the time; across a larger change nothing can be subtracted. */
const CLOCK_CHANGE_MS = 30_000

/**
 * When the machine was awake and its clock ran on, by the order of its log. Of the time before its first record nothing is
 * known: other logs reach back further, over nights in which the machine slept. The last stretch goes on for a day behind its
 * last record. What ended without a word ends with its last record.
 *
 * @param signsOfLife when other logs have records, rising; milliseconds since 1970
 */
export function awakeStretches(history: LogHistory, signsOfLife: readonly number[]): Stretch[] {
  const starts = new Map(readTrails(history).map((trail) => [trail.firstRecord, trail]))
  const stretches: Stretch[] = []
  let current: Omit<Stretch, 'until'> | undefined = {
    from: history.writtenAt[0] ?? Number.POSITIVE_INFINITY,
    isFresh: false,
  }
  function end(until: number): void {
    if (current && until > current.from) stretches.push({ ...current, until })
    current = undefined
  }
  for (const event of history.events) {
    const trail = starts.get(event.recordId)
    if (trail?.start) {
      const from = trail.kernelStart ?? trail.logStart ?? timeOf(event)
      const lastSign = signsOfLife.findLast((at) => at < from) ?? Number.NEGATIVE_INFINITY
      end(Math.max(lastHeardBefore(trail, history) ?? lastSign, lastSign))
      current = { from, isFresh: true }
    }
    const change = clockChange(event)
    const state = powerAfter(event)
    if (change && current) {
      end(change.from)
      current = { from: change.to, isFresh: false }
    } else if (state !== undefined && state !== 'awake') end(timeOf(event))
    else if (state === 'awake') current ??= { from: timeOf(event), isFresh: true }
  }
  // a log that was lost, or is of an older copy of the disk, says nothing of the days after it
  end((history.writtenAt.at(-1) ?? Number.POSITIVE_INFINITY) + SILENCE_MS)
  return stretches
}

/** Kernel-General 1: the clock was set, or a virtual machine goes on after a pause. */
function clockChange(event: EventRecord): { from: number; to: number } | undefined {
  if (event.eventId !== 1 || !/kernel-general$/i.test(event.provider)) return undefined
  const from = isoToMs(fieldOf(event, 'OldTime') ?? '')
  const to = isoToMs(fieldOf(event, 'NewTime') ?? '')
  return from === undefined || to === undefined || Math.abs(to - from) < CLOCK_CHANGE_MS ? undefined : { from, to }
}

/** The parts of a time in which the machine was awake. */
export function awakeWithin(stretches: readonly Stretch[], from: number, until: number): Stretch[] {
  return stretches
    .map((stretch) => ({
      from: Math.max(stretch.from, from),
      until: Math.min(stretch.until, until),
      isFresh: stretch.isFresh && stretch.from > from,
    }))
    .filter((part) => part.until > part.from)
}
