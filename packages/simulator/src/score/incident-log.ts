import type { Assessment, Finding } from '@pumphandle/collector/detect'

/** One incident number, from raising to the end of the run. Times are milliseconds since 1970. */
export interface LoggedIncident {
  readonly incident: number
  readonly raisedAt: number
  readonly firstFailureAt: number
  /** As it was raised, and as the run left it. */
  readonly whenRaised: Assessment
  latest: Assessment
  suspectChanges: number
  mergedInto: number | null
}

/** What a detector said in a run, by incident. */
export class IncidentLog {
  readonly #incidents = new Map<number, LoggedIncident>()
  readonly #affected = new Map<number, Set<number>>()
  readonly #worldMachine: (machine: number) => number

  /** @param worldMachine the world's number of a machine that a finding names */
  constructor(worldMachine: (machine: number) => number = (machine) => machine) {
    this.#worldMachine = worldMachine
  }

  take(finding: Finding): void {
    if (finding.type === 'raised') {
      this.#incidents.set(finding.incident, {
        incident: finding.incident,
        raisedAt: finding.at,
        firstFailureAt: finding.firstFailureAt,
        whenRaised: finding.assessment,
        latest: finding.assessment,
        suspectChanges: 0,
        mergedInto: null,
      })
      return
    }
    const incident = this.#incidents.get(finding.incident)
    if (!incident) return
    switch (finding.type) {
      case 'joined':
        this.#machines(finding.incident).add(this.#worldMachine(finding.failure.machine))
        break
      case 'retracted':
        this.#machines(finding.incident).delete(this.#worldMachine(finding.machine))
        break
      case 'reranked':
        incident.latest = finding.assessment
        if (finding.suspectChanged) incident.suspectChanges++
        break
      case 'reopened':
        incident.latest = finding.assessment
        break
      case 'merged':
        incident.mergedInto = finding.into
        for (const machine of this.#machines(finding.incident)) this.#machines(finding.into).add(machine)
        break
      case 'closed':
        break
    }
  }

  /** Incidents that were not merged into another, in the order of raising. */
  standing(): LoggedIncident[] {
    return this.all().filter((incident) => incident.mergedInto === null)
  }

  all(): LoggedIncident[] {
    return [...this.#incidents.values()]
  }

  /** Machines that an incident says failed. */
  affected(incident: number): ReadonlySet<number> {
    return this.#machines(incident)
  }

  #machines(incident: number): Set<number> {
    let machines = this.#affected.get(incident)
    if (!machines) this.#affected.set(incident, (machines = new Set()))
    return machines
  }
}
