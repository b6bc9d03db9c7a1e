import { COHORTS, type CohortCounts } from '@pumphandle/shared/api'
import type { Member } from '../model/member.ts'
import { countArrivals } from '../store/incident-picture.ts'
import type { Reader } from '../store/store.ts'
import { SAMPLE_EVERY_MS } from './limits.ts'

/** An incident that was raised later than this after its first failure grew slowly: its curve begins so long before. */
const MOST_SAMPLES = 180

/**
 * Cohorts in the minutes before the first sample, from one before the first failure on: samples begin when the incident is
 * raised, and by then many have failed already. Told from what is known since; nobody has recovered by then.
 */
export async function cohortsBefore(
  db: Reader,
  incident: number,
  members: Iterable<Member>,
  { firstFailureAt, sampledAt }: { firstFailureAt: number; sampledAt: number },
): Promise<CohortCounts[]> {
  const wanted = Math.ceil((sampledAt - firstFailureAt) / SAMPLE_EVERY_MS) + 1
  const length = Math.min(MOST_SAMPLES, Math.max(0, wanted))
  const from = sampledAt - length * SAMPLE_EVERY_MS
  const arrivals = await countArrivals(db, incident, { from, until: sampledAt, stepMs: SAMPLE_EVERY_MS })
  const failures = [...members].filter((m) => m.failures > 0).map((m) => m.firstFailedAt)
  let exposed = arrivals.before
  return Array.from({ length }, (_, i) => {
    exposed += arrivals.buckets.get(i) ?? 0
    const affected = failures.filter((at) => at < from + (i + 1) * SAMPLE_EVERY_MS).length
    const none = Object.fromEntries(COHORTS.map((cohort) => [cohort, 0])) as CohortCounts
    return { ...none, affected, 'at-risk': Math.max(0, exposed - affected) }
  })
}
