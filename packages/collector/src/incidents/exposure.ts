import type { ComponentObservation, Detector, FactId, Suspect } from '../detect/index.ts'

/** Which machines have the suspect now: the cause, and any version of the partner where there is one. */
export class Exposure {
  readonly #cause: Set<number>
  /** By version of the partner; null where the cause alone is at fault. */
  readonly #partners: Map<number, Set<number>> | null
  readonly suspect: Suspect

  /** @param partnerVersions the partner's versions with which it fails; empty where there is no partner */
  constructor(suspect: Suspect, partnerVersions: readonly FactId[], detector: Pick<Detector, 'exposed'>) {
    this.suspect = suspect
    this.#cause = machinesWith(suspect.fact, detector)
    const partners = new Set(suspect.partner === null ? [] : [suspect.partner, ...partnerVersions])
    this.#partners = partners.size === 0 ? null : new Map([...partners].map((p) => [p, machinesWith(p, detector)]))
  }

  has(machine: number): boolean {
    if (!this.#cause.has(machine)) return false
    if (this.#partners === null) return true
    for (const machines of this.#partners.values()) if (machines.has(machine)) return true
    return false
  }

  /** Machines that have the suspect, in no order. */
  *machines(): Iterable<number> {
    for (const machine of this.#cause) if (this.has(machine)) yield machine
  }

  /** Takes a change of one machine's components. True when it is about this suspect. */
  observe(observation: ComponentObservation): boolean {
    const { fact, machine, change } = observation
    const machines = fact === this.suspect.fact ? this.#cause : this.#partners?.get(fact)
    if (!machines) return false
    if (change === 'removed') machines.delete(machine)
    else machines.add(machine)
    return true
  }
}

function machinesWith(fact: FactId, detector: Pick<Detector, 'exposed'>): Set<number> {
  return new Set(detector.exposed({ fact, partner: null }).map((machine) => machine.machine))
}
