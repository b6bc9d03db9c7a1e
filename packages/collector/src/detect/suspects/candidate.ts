import type { Ledger, Scales } from '../counts/scales.ts'
import type { Fleet } from '../fleet/fleet.ts'
import type { WindowId } from '../words/ages.ts'
import type { RankReason } from '../words/finding.ts'
import type { FactId } from '../words/ids.ts'
import type { Subject } from '../words/subject.ts'

/** What is being explained. */
export interface Question {
  /** Failures that other incidents explain are left out, but for those in `related`. */
  readonly incident: number
  readonly related: ReadonlySet<number>
  /** Incidents that are open. */
  readonly open: ReadonlySet<number>
  readonly subject: Subject
  readonly flagged: FactId
  readonly formerly: boolean
  /** Seconds epoch. */
  readonly firstFailure: number
}

/** Where a ranking looks things up. */
export interface Books {
  readonly fleet: Fleet
  readonly ledger: Ledger
  readonly scales: Scales
}

/** A fact that may be to blame, and how well it explains. */
export interface Candidate {
  readonly fact: FactId
  readonly observed: number
  readonly expected: number
  readonly window: WindowId
  readonly covers: number
  readonly medianAge: number
  readonly prior: number
  readonly score: number
  /** It came within days to most of the machines that failed; or the fleet has had it for weeks. */
  readonly isNew: boolean
  readonly isOld: boolean
  readonly reasons: readonly RankReason[]
}
