import type { FactId, MachineId, SiteId } from './ids.ts'
import type { CrashKind } from './observation.ts'

/**
 * What the detector says. A finding is about one incident number; numbers rise from 1 and are never used again, also
 * across restarts from a snapshot. Times are ms epoch, durations seconds.
 */

/**
 * - `crash` bugcheck that was reported; `hard` bugcheck, or vanished and back with an unclean boot;
 * - `no-return` said it restarts and is not back; `absent` was shut down and is not back when its practice is;
 * - `loss` silent without goodbye while its practice is alive; `site` a whole practice silent;
 * - `service` the sensor's service died; `boot` failed within 15 minutes of a boot; `app` an application crashed;
 * - `reported` a person says that it shows a blue screen, and it is not heard;
 * - `driver` crashes marked with one culprit driver.
 */
export type FailureClass =
  | 'crash'
  | 'hard'
  | 'no-return'
  | 'loss'
  | 'site'
  | 'service'
  | 'boot'
  | 'app'
  | 'absent'
  | 'reported'
  | 'driver'

/** Time since the suspect arrived on the machine that failed: `left` means that it had left within the last day. */
export type AgeWindow = '15min' | '24h' | 'any' | 'left'

/** One failure of one machine, as evidence. */
export interface Failure {
  readonly machine: MachineId
  readonly site: SiteId
  /** When it failed: the crash, or the last frame before silence. */
  readonly failedAt: number
  /** When the collector knew. */
  readonly knownAt: number
  readonly classes: readonly FailureClass[]
  readonly crashKind: CrashKind | null
  readonly stopCode: number | null
  readonly culprit: string | null
  /** Seconds from the suspect's arrival on this machine to the failure; null where it was there before we looked. */
  readonly secondsAfterExposure: number | null
}

/** A component version (or product, or model), alone or together with another, as the explanation of failures. */
export interface Suspect {
  readonly fact: FactId
  /** Fails only together with this fact; null when the fact alone explains. */
  readonly partner: FactId | null
}

/** Why a suspect ranks where it does. */
export type RankReason =
  | 'changed-minutes-before'
  | 'changed-within-a-day'
  | 'changed-within-days'
  | 'owns-culprit-driver'
  | 'fails-elsewhere'
  | 'is-product'
  | 'is-model'
  | 'old-version'
  | 'already-gone'
  | 'explains-fewer'

export interface RankedSuspect extends Suspect {
  /** Natural-log score: likelihood gain plus priors. Differences of 3 are strong, of 10 overwhelming. */
  readonly score: number
  /** Share of the incident's failed machines that have it, 0 to 1. */
  readonly covers: number
  /** Weighted failures with it, and what was expected. */
  readonly observed: number
  readonly expected: number
  /** Median seconds from its arrival to the failure; null where it was there before we looked. */
  readonly medianSecondsAfterExposure: number | null
  readonly reasons: readonly RankReason[]
}

/** Machines with the suspect that also have this, and by now should have failed, and did not. */
export interface SparedGroup {
  readonly fact: FactId
  /** Share of the exposed machines that have it, 0 to 1. */
  readonly share: number
  /** Failures seen among them, and expected if they were like the rest. */
  readonly failed: number
  readonly expected: number
}

/** The two-by-two table: machines, not weights. `comparable` are connected machines without the suspect. */
export interface ExposureTable {
  readonly exposed: { readonly machines: number; readonly failed: number }
  readonly comparable: { readonly machines: number; readonly failed: number }
}

/** The test that raised it. */
export interface Strength {
  readonly failureClass: FailureClass
  readonly ageWindow: AgeWindow
  /** Memory of the counts, seconds. */
  readonly memorySeconds: number
  /** Weighted failures K of machines with the suspect, and the L that were expected. */
  readonly observed: number
  readonly expected: number
  /** The same among machines without it. */
  readonly controlsObserved: number
  readonly controlsExpected: number
  /** log10 of the chance of K or more if the suspect did no harm, and of the threshold it had to be under. */
  readonly log10P: number
  readonly log10Threshold: number
}

/** Codes of what was taken for granted; docs/detection.md says each in a sentence. */
export type Assumption =
  | 'others-are-controls'
  | 'no-controls-only-timing'
  | 'silence-is-failure'
  | 'one-vote-per-practice'
  | 'baseline-from-fleet'
  | 'baseline-from-prior'
  | 'pair-from-sample'

/** All that an incident's explanation (packages/shared/src/api/incidents.ts) needs, as data. */
export interface Assessment {
  readonly suspect: Suspect
  /** All versions of the partner's component with which it fails (the suspect's partner is one of them); else empty. */
  readonly partnerVersions: readonly FactId[]
  readonly strength: Strength
  readonly table: ExposureTable
  /** Seconds from exposure to failure over the failures with a known arrival; null when there is none. */
  readonly firstSecondsAfterExposure: number | null
  readonly medianSecondsAfterExposure: number | null
  /** Best first; at most 8. The first is `suspect`, unless evidence for a change is still too weak. */
  readonly ranking: readonly RankedSuspect[]
  readonly spared: readonly SparedGroup[]
  /** The culprit driver of most of the reported crashes, or null. */
  readonly dominantCulprit: string | null
  readonly assumptions: readonly Assumption[]
  /** Newest first, at most {@link MAX_EVIDENCE}; `failures` is how many there are in all. */
  readonly evidence: readonly Failure[]
  readonly failures: number
  readonly practices: number
  readonly regions: number
}

/** How many failures an assessment carries; the incident's joined findings have them all. */
export const MAX_EVIDENCE = 200

interface About {
  readonly incident: number
  readonly at: number
}

export interface Raised extends About {
  readonly type: 'raised'
  /** The earliest failure it explains. */
  readonly firstFailureAt: number
  readonly assessment: Assessment
}

/** The evidence grew; `suspectChanged` when another suspect now explains it better. */
export interface Reranked extends About {
  readonly type: 'reranked'
  readonly previous: Suspect
  readonly suspectChanged: boolean
  readonly assessment: Assessment
}

/** A failure that the incident explains: every one of its failures is announced so, including those it was raised by. */
export interface Joined extends About {
  readonly type: 'joined'
  readonly failure: Failure
  /** Known by a crash or an unclean boot, or only by silence. */
  readonly tier: 'confirmed' | 'presumed'
}

/** A failure taken back: the machine turned out to have been alive, or another incident explains it. */
export interface Retracted extends About {
  readonly type: 'retracted'
  readonly machine: MachineId
  readonly failedAt: number
  readonly reason: 'was-alive' | 'explained-elsewhere'
}

/** This incident is the same as `into`, which takes its failures. */
export interface Merged extends About {
  readonly type: 'merged'
  readonly into: number
}

/** No failure for a time: later ones count again for the statistics, and may reopen it. */
export interface Closed extends About {
  readonly type: 'closed'
}

export interface Reopened extends About {
  readonly type: 'reopened'
  readonly assessment: Assessment
}

export type Finding = Raised | Reranked | Joined | Retracted | Merged | Closed | Reopened

/** One machine that an incident says failed. */
export interface AffectedMachine {
  readonly machine: MachineId
  readonly tier: 'confirmed' | 'presumed'
  readonly failure: Failure
}

/** One machine that has the suspect now. */
export interface ExposedMachine {
  readonly machine: MachineId
  /** Ms epoch of the suspect's arrival (the later of the pair's), or null for before we looked. */
  readonly since: number | null
  readonly connected: boolean
}
