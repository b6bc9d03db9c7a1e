import type { Casebook } from './cases/casebook.ts'
import type { Baselines } from './counts/baselines.ts'
import type { Counts } from './counts/counts.ts'
import type { Evidence } from './counts/evidence.ts'
import type { Marks } from './counts/marks.ts'
import type { Neighbours } from './counts/neighbours.ts'
import type { Strata } from './counts/strata.ts'
import type { Votes } from './counts/votes.ts'
import type { Absences } from './fleet/absence.ts'
import type { Fleet } from './fleet/fleet.ts'
import type { Intake } from './intake.ts'
import type { Observation } from './words/observation.ts'

/** Rises with every change of what is kept. */
export const SNAPSHOT_FORMAT = 'pumphandle-detector/8'

/**
 * The detector's whole state, opaque to everyone else. Structured-clonable: typed arrays, maps and plain objects, so that
 * it passes to a worker, and `v8.serialize` makes bytes of it for the store. It goes with the fact registry of its time:
 * the registry must give the same ids when it is restored.
 */
export interface DetectorSnapshot {
  readonly format: typeof SNAPSHOT_FORMAT
  /** Seconds epoch. */
  readonly now: number
  readonly startedAt: number
  readonly steppedAt: number
  readonly second: readonly Observation[]
  readonly baselines: ReturnType<Baselines['save']>
  readonly fleet: ReturnType<Fleet['save']>
  readonly counts: ReturnType<Counts['save']>
  readonly marks: ReturnType<Marks['save']>
  readonly votes: ReturnType<Votes['save']>
  readonly evidence: ReturnType<Evidence['save']>
  readonly absences: ReturnType<Absences['save']>
  readonly mornings: ReturnType<Strata['save']>
  readonly neighbours: ReturnType<Neighbours['save']>
  readonly casebook: ReturnType<Casebook['save']>
  readonly intake: ReturnType<Intake['save']>
}
