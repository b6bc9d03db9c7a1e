import type { Cohort } from '@pumphandle/shared/api'

/** One machine's part in an incident. */
export interface Member {
  readonly machine: number
  cohort: Cohort
  /** When it came into this cohort, ms epoch. */
  since: number
  /** Why, in a sentence. */
  reason: string
  /** Whether it has the suspect (and its partner) now. */
  exposed: boolean
  /** Failures that the incident explains; 0 for a machine that is only at risk. */
  failures: number
  /** Last failure, ms epoch; 0 where there is none. */
  failedAt: number
  /** The first one's; 0 where there is none. */
  firstFailedAt: number
  /** Up for 30 minutes since its last failure, as the collector saw. */
  verified: boolean
}
