import type { IncidentPicture } from '@pumphandle/shared/api'
import { BIN_ENDS_SECONDS } from '@pumphandle/shared/pictures'
import { DAY, HOUR, MINUTE, SECOND } from '@pumphandle/shared/time'
import type { IncidentRecord } from '../model/incident-record.ts'
import { type ArrivalAndFailure, countArrivals, readArrivals } from '../store/incident-picture.ts'
import type { Reader } from '../store/store.ts'

/** Stretches of time that people count in; the first that makes a curve of at most sixty is taken. */
const STEPS_MS = [10 * SECOND, 30 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR, DAY, 7 * DAY]
const MOST_BUCKETS = 60
/** An arrival that is longer ago than this is not where the curve begins. */
const LOOK_BACK_MS = DAY
/** So much after the last failure the curve shows that it is over. */
const AFTER_MS = 15 * MINUTE
const NO_ARRIVALS = { before: 0, buckets: new Map<number, number>(), after: 0 }

/** The evidence as two pictures: how soon after the arrival machines failed, and how many, when. */
export async function incidentPicture(db: Reader, record: IncidentRecord, now: number): Promise<IncidentPicture> {
  const failed = await readArrivals(db, record.id)
  const from = beginning(record, failed)
  const until = Math.min(now, record.lastFailureAt + AFTER_MS)
  const stepMs = STEPS_MS.find((step) => (until - from) / step <= MOST_BUCKETS) ?? 7 * DAY
  const start = Math.floor(from / stepMs) * stepMs
  // a line or a service that is down is nothing that a machine receives
  const arrivals = record.cause ? await countArrivals(db, record.id, { from: start, until, stepMs }) : NO_ARRIVALS
  const length = Math.max(1, Math.ceil((until - start) / stepMs))
  const newlyFailed = Array.from({ length }, () => 0)
  for (const { failedAt } of failed) {
    const at = Math.min(length - 1, Math.max(0, Math.floor((failedAt - start) / stepMs)))
    newlyFailed[at] = (newlyFailed[at] ?? 0) + 1
  }
  return {
    arrivalToFailure: record.cause && record.cause.kind !== 'model' ? arrivalToFailure(failed) : null,
    curve: {
      from: start,
      bucketSeconds: stepMs / SECOND,
      exposedBefore: arrivals.before,
      exposed: newlyFailed.map((_, i) => arrivals.buckets.get(i) ?? 0),
      exposedAfter: arrivals.after,
      failed: newlyFailed,
    },
  }
}

function beginning(record: IncidentRecord, failed: readonly ArrivalAndFailure[]): number {
  let first = record.firstFailureAt - MINUTE
  for (const { arrivedAt } of failed)
    if (arrivedAt !== null && arrivedAt < first && arrivedAt > record.firstFailureAt - LOOK_BACK_MS) first = arrivedAt
  return first
}

function arrivalToFailure(failed: readonly ArrivalAndFailure[]): NonNullable<IncidentPicture['arrivalToFailure']> {
  const ends = [...BIN_ENDS_SECONDS, null]
  const machines = ends.map(() => 0)
  const seconds: number[] = []
  for (const { arrivedAt, failedAt } of failed) {
    if (arrivedAt === null) continue
    const s = Math.max(0, (failedAt - arrivedAt) / SECOND)
    seconds.push(s)
    const at = ends.findIndex((end) => end === null || s < end)
    machines[at] = (machines[at] ?? 0) + 1
  }
  seconds.sort((a, b) => a - b)
  return {
    bins: ends.map((untilSeconds, i) => ({ untilSeconds, machines: machines[i] ?? 0 })),
    unknown: failed.length - seconds.length,
    medianSeconds: seconds[Math.floor(seconds.length / 2)] ?? null,
  }
}
