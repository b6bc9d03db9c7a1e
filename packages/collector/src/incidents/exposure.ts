import type { ComponentObservation, Detector, Suspect } from '../detect/index.ts'

/** Which machines have the suspect now: the cause, and the partner where there is one. Kept by component changes. */
export class Exposure {
  readonly #cause: Set<number>
  readonly #partner: Set<number> | null
  readonly suspect: Suspect

  constructor(suspect: Suspect, detector: Pick<Detector, 'exposed'>) {
    this.suspect = suspect
    this.#cause = machinesWith(suspect.fact, detector)
    this.#partner = suspect.partner === null ? null : machinesWith(suspect.partner, detector)
  }

  has(machine: number): boolean {
    return this.#cause.has(machine) && (this.#partner === null || this.#partner.has(machine))
  }

  /** Machines that have the suspect, in no order. */
  *machines(): Iterable<number> {
    for (const machine of this.#cause) if (this.has(machine)) yield machine
  }

  /** Takes a change of one machine's components. True when it is about this suspect. */
  observe(observation: ComponentObservation): boolean {
    const about = observation.fact === this.suspect.fact ? this.#cause : this.#partnerIf(observation.fact)
    if (!about) return false
    if (observation.change === 'removed') about.delete(observation.machine)
    else about.add(observation.machine)
    return true
  }

  #partnerIf(fact: number): Set<number> | null {
    return fact === this.suspect.partner ? this.#partner : null
  }
}

function machinesWith(fact: number, detector: Pick<Detector, 'exposed'>): Set<number> {
  return new Set(detector.exposed({ fact, partner: null }).map((machine) => machine.machine))
}
