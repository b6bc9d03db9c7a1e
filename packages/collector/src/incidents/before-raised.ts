import { COHORTS, type CohortCounts } from '@pumphandle/shared/api'
import type { Member } from '../model/member.ts'
import { countArrivals } from '../store/incident-picture.ts'
import type { Reader } from '../store/store.ts'
import { SAMPLE_EVERY_MS } from './limits.ts'

/**
 * Cohorts in the minutes from `from` until the incident was raised: samples of that time, made afterwards, know only how it
 * was then. Told from what is known since; nobody has recovered by then.
 */
export async function cohortsBefore(
  db: Reader,
  incident: number,
  members: Iterable<Member>,
  { from, until }: { from: number; until: number },
): Promise<CohortCounts[]> {
  const length = Math.max(0, Math.ceil((until - from) / SAMPLE_EVERY_MS))
  const arrivals = await countArrivals(db, incident, { from, until, stepMs: SAMPLE_EVERY_MS })
  const failures = [...members].filter((m) => m.failures > 0).map((m) => m.firstFailedAt)
  let exposed = arrivals.before
  return Array.from({ length }, (_, i) => {
    exposed += arrivals.buckets.get(i) ?? 0
    const affected = failures.filter((at) => at < from + (i + 1) * SAMPLE_EVERY_MS).length
    const none = Object.fromEntries(COHORTS.map((cohort) => [cohort, 0])) as CohortCounts
    return { ...none, affected, 'at-risk': Math.max(0, exposed - affected) }
  })
}
