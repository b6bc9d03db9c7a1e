import type { CohortCounts } from '@pumphandle/shared/api'
import type { Member } from '../model/member.ts'
import { countArrivals } from '../store/incident-picture.ts'
import type { Reader } from '../store/store.ts'
import { SAMPLE_EVERY_MS } from './limits.ts'
import { noCohorts } from './tally.ts'

/**
 * Cohorts in the minutes from `from` until the incident was raised: samples of that time, made afterwards, know only how it
 * was then. Told from what is known since; nobody has recovered by then.
 */
export async function cohortsBefore(
  db: Reader,
  incident: number,
  members: Iterable<Member>,
  {
    from,
    until,
    hasCause,
  }: { from: number; until: number /** It blames something that machines have. */; hasCause: boolean },
): Promise<CohortCounts[]> {
  const length = Math.max(0, Math.ceil((until - from) / SAMPLE_EVERY_MS))
  const arrivals = hasCause ? await countArrivals(db, incident, { from, until, stepMs: SAMPLE_EVERY_MS }) : undefined
  const failed = new Map<number, number>()
  for (const { failures, firstFailedAt } of members) {
    const at = Math.max(0, Math.floor((firstFailedAt - from) / SAMPLE_EVERY_MS))
    if (failures > 0) failed.set(at, (failed.get(at) ?? 0) + 1)
  }
  let exposed = arrivals?.before ?? 0
  let affected = 0
  return Array.from({ length }, (_, i) => {
    exposed += arrivals?.buckets.get(i) ?? 0
    affected += failed.get(i) ?? 0
    return { ...noCohorts(), affected, 'at-risk': Math.max(0, exposed - affected) }
  })
}
