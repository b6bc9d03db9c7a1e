import type { FactRegistry } from './facts.ts'
import type { Assessment, Failure, Finding, Suspect } from './finding.ts'
import type { Observation } from './observation.ts'
import type { DetectorSettings } from './settings.ts'
import type { DetectorSnapshot } from './snapshot.ts'

export interface DetectorOptions {
  /** Kept by the caller; the detector only reads it. */
  readonly facts: FactRegistry
  readonly settings?: Partial<DetectorSettings>
}

/** One machine that an incident says failed. */
export interface AffectedMachine {
  readonly machine: number
  readonly tier: 'confirmed' | 'presumed'
  readonly failure: Failure
}

/** One machine that has the suspect now. */
export interface ExposedMachine {
  readonly machine: number
  /** Ms epoch of the suspect's arrival (the later of the pair's), or null for before we looked. */
  readonly since: number | null
  readonly connected: boolean
}

export class Detector {
  constructor(options: DetectorOptions) {
    void options
  }

  /**
   * Takes one observation. It counts when its whole second is over: by the next observation of a later second, or by
   * `tick`. Returns what became known by that.
   */
  observe(observation: Observation): Finding[] {
    void observation
    return []
  }

  /** Time passes. Call once a second; `now` is ms epoch. Returns what became known. */
  tick(now: number): Finding[] {
    void now
    return []
  }

  /** Incidents that are open, with the assessment as of the last finding. */
  open(): { incident: number; raisedAt: number; assessment: Assessment }[] {
    return []
  }

  /** The machines that failed by an incident, each once, in order of failure. */
  affected(incident: number): AffectedMachine[] {
    void incident
    return []
  }

  /** Machines that have the suspect (and its partner) now; costs one look at every machine. */
  exposed(suspect: Suspect): ExposedMachine[] {
    void suspect
    return []
  }

  /** Everything that is needed to go on after a restart: structured-clonable, and JSON with `encodeSnapshot`. */
  snapshot(): DetectorSnapshot {
    return { format: 'pumphandle-detector/1' }
  }

  static restore(snapshot: DetectorSnapshot, options: DetectorOptions): Detector {
    void snapshot
    return new Detector(options)
  }

  /** Adds the counts and evidence of a detector that watched other machines, with the same registries. */
  merge(other: Detector): void {
    void other
  }
}
