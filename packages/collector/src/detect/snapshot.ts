import type { Absences } from './absence.ts'
import type { Baselines } from './baselines.ts'
import type { Casebook } from './casebook.ts'
import type { Counts } from './counts.ts'
import type { Evidence } from './evidence.ts'
import type { Fleet } from './fleet.ts'
import type { Marks } from './marks.ts'
import type { Observation } from './observation.ts'
import type { Votes } from './votes.ts'

/**
 * The detector's whole state, opaque to everyone else. Structured-clonable: typed arrays, maps and plain objects, so that
 * it passes to a worker, and `v8.serialize` makes bytes of it for the store. It goes with the fact registry of its time:
 * the registry must give the same ids when it is restored.
 */
export interface DetectorSnapshot {
  readonly format: 'pumphandle-detector/1'
  /** Seconds epoch. */
  readonly now: number
  readonly startedAt: number
  readonly steppedAt: number
  readonly blindUntil: number
  readonly second: readonly Observation[]
  readonly baselines: ReturnType<Baselines['save']>
  readonly fleet: ReturnType<Fleet['save']>
  readonly counts: ReturnType<Counts['save']>
  readonly marks: ReturnType<Marks['save']>
  readonly votes: ReturnType<Votes['save']>
  readonly evidence: ReturnType<Evidence['save']>
  readonly absences: ReturnType<Absences['save']>
  readonly casebook: ReturnType<Casebook['save']>
  /** Machines that are silent or absent, with the moment at which their failure became known. */
  readonly silent: readonly (readonly [machine: number, knownAt: number])[]
  readonly restarting: readonly (readonly [machine: number, saidAt: number])[]
  readonly crashIds: readonly string[]
}
