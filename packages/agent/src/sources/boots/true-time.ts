import type { EventRecord } from '../../formats/evtx/event.ts'
import { timeOf } from '../../formats/evtx/event-fields.ts'
import type { LogHistory } from '../../volume/history.ts'
import type { Volume } from '../../volume/volume.ts'
import { begunAt, isSmallJump, lastAliveBefore, ORDER_NOISE_MS } from './start-time.ts'
import { readTrails, type Trail } from './trail.ts'

/** A part of a boot in which the clock ran on. Times are milliseconds since 1970, by the clock as it was. */
interface Span {
  /** Of the System log: the first record, and the one behind the last. */
  firstRecord: number
  endRecord: number
  from: number
  until: number
  /** To be added to its times. */
  shift: number
}

/**
 * When what logs tell of happened, by the clock as it was found to be wrong later: a boot's start is corrected by where it was
 * set in that boot, and what was written before then has the same clock.
 */
export class TrueTime {
  readonly #spans: readonly Span[]

  constructor(trails: readonly Trail[], history: LogHistory) {
    const spans = trails.flatMap((trail, index) => spansOf(trail, trails[index + 1], history))
    this.#spans = spans.some(({ shift }) => shift !== 0) ? spans : []
  }

  /** Of a record of the System log, by its place. */
  of(event: EventRecord): number {
    const span = this.#spans.find(({ endRecord }) => event.recordId < endRecord)
    return timeOf(event) + (span && event.recordId >= span.firstRecord ? span.shift : 0)
  }

  /**
   * Of all records of another log in their order, which has no places in this one: of several boots that had the same wrong time the
   * first that does not lie before the record before it.
   */
  ofAll(events: readonly EventRecord[]): number[] {
    if (this.#spans.length === 0) return events.map(timeOf)
    let before = Number.NEGATIVE_INFINITY
    return events.map((event) => {
      const at = timeOf(event)
      const possible = this.#spans
        .filter(({ from, until }) => from <= at && at <= until)
        .map(({ shift }) => at + shift)
        .filter((one) => one >= before - ORDER_NOISE_MS)
      const found = possible.length === 0 ? at : possible.reduce((least, one) => Math.min(least, one))
      before = Math.max(before, found)
      return found
    })
  }
}

/** Of a volume's System log, found out once. */
export function trueTimeOf(volume: Volume): TrueTime {
  return volume.once('true time', () => {
    const history = volume.history().system()
    return new TrueTime(readTrails(history), history)
  })
}

function spansOf(trail: Trail, next: Trail | undefined, history: LogHistory): Span[] {
  const { start } = trail
  const begun = begunAt(trail)
  if (start === undefined || begun === undefined) return []
  const endShift = start.endShift ?? 0
  const jumps = trail.clockJumps.flatMap((by, n) => (isSmallJump(by) ? [] : [{ by, record: trail.clockSets[n] ?? 0 }]))
  const all = jumps.reduce((sum, { by }) => sum + by, 0)
  // else the clock was right, and was set as a virtual machine went on after a pause
  const isWrong = Math.abs(start.startedAt - begun - endShift - all) < ORDER_NOISE_MS
  const end = next ? (lastAliveBefore(next, history) ?? begun) : Number.POSITIVE_INFINITY
  const spans: Span[] = []
  let [firstRecord, from, left] = [trail.firstRecord, begun, isWrong ? all : 0]
  for (const { by, record } of jumps) {
    const to = timeAt(record, history) ?? from
    spans.push({ firstRecord, endRecord: record, from, until: to - by, shift: endShift + left })
    firstRecord = record
    from = to
    if (isWrong) left -= by
  }
  return [...spans, { firstRecord, endRecord: next?.firstRecord ?? Infinity, from, until: end, shift: endShift + left }]
}

function timeAt(record: number, { ids, writtenAt }: LogHistory): number | undefined {
  return writtenAt[ids.indexOf(record)]
}
