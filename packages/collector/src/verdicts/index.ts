import type { ProbeResult } from '@pumphandle/shared/wire'
import type { Observation } from '../detect/index.ts'
import type { Incidents } from '../incidents/incidents.ts'
import type { FleetView } from '../model/fleet-view.ts'
import type { Reachability } from '../model/reachability.ts'
import { Blind } from './blind.ts'
import { ClinicalSystem, FRESH_MS } from './clinical-system.ts'
import { FailingMachine, WINDOW_MS } from './failing-machine.ts'
import { Lines } from './lines.ts'

/** What happened before a restart that verdicts go on from, by machines' indexes. */
export interface Past {
  readonly measured: Iterable<{ machine: number; probes: Reachability }>
  /** The newest first. */
  readonly bugchecks: readonly { machine: number; id: string; at: number }[]
}

/** How far back {@link Past} goes, ms. */
export const PAST = { measuredMs: FRESH_MS, bugchecksMs: WINDOW_MS } as const

/** Verdicts beside the detector's: a line, the clinical system, one machine, the collector itself. */
export class Verdicts {
  readonly lines: Lines
  readonly clinicalSystem: ClinicalSystem
  readonly blind: Blind
  readonly #failingMachine: FailingMachine

  constructor(fleet: FleetView, incidents: Incidents) {
    this.lines = new Lines(fleet, incidents)
    this.clinicalSystem = new ClinicalSystem(fleet, incidents)
    this.blind = new Blind(fleet, incidents)
    this.#failingMachine = new FailingMachine(fleet, incidents)
  }

  /** After a restart, once incidents are there again. */
  restore({ measured, bugchecks }: Past): void {
    this.lines.restore()
    for (const { machine, probes } of measured)
      for (const probe of probes) this.clinicalSystem.take(machine, [probe], probe.at)
    // of each machine its newest are kept
    for (const { machine, id, at } of bugchecks.toReversed()) this.#failingMachine.restore(machine, id, at)
  }

  observe(observation: Observation): void {
    this.lines.observe(observation)
    this.clinicalSystem.observe(observation)
    this.blind.observe(observation)
    this.#failingMachine.observe(observation)
  }

  takeReachability(machine: number, results: readonly ProbeResult[], at: number): void {
    this.clinicalSystem.take(machine, results, at)
  }

  tick(now: number): void {
    this.lines.tick(now)
    this.clinicalSystem.tick(now)
    this.blind.tick(now)
    this.#failingMachine.tick(now)
  }
}
