import { COHORTS, type CohortCounts } from '@pumphandle/shared/api'
import { hitOf } from '@pumphandle/shared/words'
import type { Member } from '../model/member.ts'

/** A count for every cohort, all 0. */
export function noCohorts(): CohortCounts {
  return Object.fromEntries(COHORTS.map((cohort) => [cohort, 0])) as CohortCounts
}

/** Members counted by cohort, in all and by site, kept as members move: a page never counts a fleet. */
export class Tally {
  readonly total: CohortCounts = noCohorts()
  readonly bySite = new Map<number, CohortCounts>()
  /** Sites with a member that failed, well again or not. */
  sitesHit = 0

  add(site: number, cohort: Member['cohort'], by: 1 | -1): void {
    this.total[cohort] += by
    let counts = this.bySite.get(site)
    if (!counts) this.bySite.set(site, (counts = noCohorts()))
    const wasHit = hitOf(counts) > 0
    counts[cohort] += by
    this.sitesHit += Number(hitOf(counts) > 0) - Number(wasHit)
  }
}
