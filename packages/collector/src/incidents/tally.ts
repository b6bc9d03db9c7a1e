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

  add(site: number, cohort: Member['cohort'], by: 1 | -1): void {
    this.total[cohort] += by
    let counts = this.bySite.get(site)
    if (!counts) this.bySite.set(site, (counts = noCohorts()))
    counts[cohort] += by
  }

  /** Sites with a member that failed, well again or not. */
  sitesHit(): number {
    let sites = 0
    for (const c of this.bySite.values()) if (hitOf(c) > 0) sites++
    return sites
  }
}
