import type { PracticeRef } from '@pumphandle/shared/api'
import { MINUTE } from '@pumphandle/shared/time'
import {
  type Assessment,
  type ExposedMachine,
  type FactId,
  FactRegistry,
  type Failure,
  type MachineId,
  type SiteId,
  type Suspect,
} from '../../src/detect/index.ts'
import { type IncidentChange, Incidents } from '../../src/incidents/index.ts'
import type { FleetView, Presence } from '../../src/model/fleet-view.ts'
import { Verdicts } from '../../src/verdicts/index.ts'

export const START = Date.UTC(2024, 6, 19, 4, 9)

/** A fleet of plain arrays: `perSite` machines a practice, all connected. */
export class PlainFleet implements FleetView {
  readonly presences: { -readonly [K in keyof Presence]: Presence[K] }[] = []
  readonly perSite: number
  /** Machines that are on probation. */
  readonly newcomers = new Set<number>()

  constructor(machines: number, perSite = 4) {
    this.perSite = perSite
    for (let i = 0; i < machines; i++)
      this.presences.push({ connected: true, lastHeard: START, bootHeardAt: START - 60 * MINUTE, saidGoodbye: false })
  }

  presence(machine: number): Presence {
    const presence = this.presences[machine]
    if (!presence) throw new Error(`no machine ${machine}`)
    return presence
  }
  has = (machine: number): boolean => this.presences[machine] !== undefined
  isEstablished = (machine: number): boolean => !this.newcomers.has(machine)
  uidOf = (machine: number): string => `uid-${machine}`
  nameOf = (machine: number): string => `PC-${machine}`
  siteOf = (machine: number): number => Math.floor(machine / this.perSite)
  practiceOf(site: number): PracticeRef {
    return { code: `A${81000 + site}`, name: `Surgery ${site}`, region: site < 8 ? 'North' : 'South', pcn: null }
  }
  machinesAt(site: number): { enrolled: number; connected: number } {
    const there = this.presences.slice(site * this.perSite, (site + 1) * this.perSite)
    return { enrolled: there.length, connected: there.filter((p) => p.connected).length }
  }
  connected = (): number => this.presences.filter((p) => p.connected).length

  vanish(machine: number, at: number): void {
    Object.assign(this.presence(machine), { connected: false, lastHeard: at })
  }
  boot(machine: number, at: number): void {
    Object.assign(this.presence(machine), { connected: true, lastHeard: at, bootHeardAt: at, saidGoodbye: false })
  }
}

/** Incidents over a plain fleet, with a detector that only knows who has what. */
export class World {
  readonly facts = new FactRegistry()
  readonly fleet: PlainFleet
  readonly having = new Map<number, Set<number>>()
  readonly told: IncidentChange[] = []
  readonly incidents: Incidents
  readonly verdicts: Verdicts

  constructor(machines = 40, perSite = 4) {
    this.fleet = new PlainFleet(machines, perSite)
    this.incidents = new Incidents(
      {
        facts: this.facts,
        detector: { exposed: (suspect) => this.#exposed(suspect) },
        fleet: this.fleet,
        onChange: (change) => this.told.push(change),
      },
      0,
    )
    this.verdicts = new Verdicts(this.fleet, this.incidents)
  }

  give(key: string, machines: readonly number[]): FactId {
    const fact = this.facts.intern(key)
    this.having.set(fact, new Set([...(this.having.get(fact) ?? []), ...machines]))
    return fact
  }

  /** One machine's component goes, as the detector would hear it. */
  take(fact: FactId, machine: number, at: number): void {
    this.having.get(fact)?.delete(machine)
    this.incidents.observe({ type: 'component', at, machine, fact, change: 'removed', since: at })
  }

  failure(machine: number, failedAt: number): Failure {
    return {
      machine: machine as MachineId,
      site: this.fleet.siteOf(machine) as SiteId,
      failedAt,
      knownAt: failedAt + 30_000,
      classes: ['crash', 'hard'],
      crashKind: 'bugcheck',
      stopCode: 0x50,
      culprit: 'csagent.sys',
      secondsAfterExposure: 20,
    }
  }

  assessment(fact: FactId, failures: readonly Failure[], partner: FactId | null = null): Assessment {
    const suspect: Suspect = { fact, partner }
    const ranked = {
      ...suspect,
      score: 40,
      covers: 1,
      observed: failures.length,
      expected: 0.1,
      medianSecondsAfterExposure: 20,
      reasons: ['changed-minutes-before' as const],
    }
    return {
      suspect,
      partnerVersions: partner === null ? [] : [partner],
      strength: {
        failureClass: 'hard',
        ageWindow: '15min',
        memorySeconds: 300,
        observed: failures.length,
        expected: 0.1,
        controlsObserved: 0,
        controlsExpected: 0.1,
        log10P: -20,
        log10Threshold: -9,
      },
      table: {
        exposed: { machines: this.having.get(fact)?.size ?? 0, failed: failures.length },
        comparable: { machines: 3310, failed: 2 },
      },
      firstSecondsAfterExposure: 3,
      medianSecondsAfterExposure: 20,
      ranking: [
        ranked,
        { ...ranked, fact: this.facts.intern('product:falcon'), partner: null, score: 30, covers: 0.7 },
      ],
      spared: [],
      dominantCulprit: 'csagent.sys',
      assumptions: ['others-are-controls'],
      evidence: failures,
      failures: failures.length,
      practices: 3,
      regions: 1,
    }
  }

  /** Raises detector incident `number` with the failures of these machines. */
  raise(number: number, fact: FactId, machines: readonly number[], at: number): void {
    const failures = machines.map((machine) => this.failure(machine, at - MINUTE))
    this.incidents.apply({
      type: 'raised',
      incident: number,
      at,
      firstFailureAt: at - MINUTE,
      assessment: this.assessment(fact, failures),
    })
    for (const failure of failures)
      this.incidents.apply({ type: 'joined', incident: number, at, failure, tier: 'confirmed' })
  }

  #exposed(suspect: Suspect): ExposedMachine[] {
    const partner = suspect.partner === null ? null : this.having.get(suspect.partner)
    return [...(this.having.get(suspect.fact) ?? [])]
      .filter((machine) => partner === null || partner?.has(machine))
      .map((machine) => ({ machine: machine as MachineId, since: null, connected: true }))
  }
}

export const BAD = 'content:falcon/291@2024-07-19T04:09Z'
