/** One incident that was raised in a run, held against the truth. */
export interface ScoredIncident {
  /** The suspect when the run ended, as a scenario's key, `slot:family@version`. */
  readonly cause: string
  /** The suspect when it was raised. */
  readonly causeWhenRaised: string
  /** What it fails together with, or null. */
  readonly pair: string | null
  /** ISO 8601, UTC. */
  readonly raisedAt: string
  /** Seconds from the first true failure of this cause; from the first failure it explains where none is true. */
  readonly secondsAfterFirstFailure: number
  /** Failures that the collector knew of when it was raised. */
  readonly failuresBefore: number
  /** Machines that had truly failed when it was raised, known or not. */
  readonly failedBefore: number
  /** The cause is the true one and was raised within the scenario's `detect_within_s`. */
  readonly correct: boolean
  /** Place of the true cause in the ranking when raised, from 1; null where it is not in the ranking. */
  readonly rankOfTruth: number | null
}

/** Precision and recall of the machines that true incidents list as failed. Null where nothing is listed or true. */
export interface AffectedList {
  readonly listed: number
  readonly failed: number
  readonly precision: number | null
  readonly recall: number | null
}

export interface RuleAlarms {
  readonly rule: string
  readonly alarms: number
  /** Alarms before the first true failure, or all where nothing is wrong. */
  readonly false: number
  /** Seconds from the first true failure to the first alarm after it; null where it never fired. */
  readonly secondsAfterFirstFailure: number | null
}

/** What one run of one scenario came to. */
export interface ScenarioResult {
  /** Machines that somebody made up, which are none of `machines`; absent where nobody did. */
  readonly hostile?: number
  readonly scenario: string
  readonly seed: number
  readonly through: 'detector' | 'collector'
  readonly incidents: readonly ScoredIncident[]
  /** Incidents whose cause is neither true nor accepted. */
  readonly falseIncidents: number
  /** True incidents that were not raised, or too late. */
  readonly missed: number
  readonly missedCauses: readonly string[]
  /** Further incidents with a true cause that was raised before. */
  readonly duplicates: number
  readonly machines: number
  readonly affected: AffectedList
  readonly thresholdRules: readonly RuleAlarms[]
  readonly wallSeconds: number
  readonly warnings: readonly string[]
}
