import type { EventOf } from '@pumphandle/shared/wire'
import type { Observation } from '../../detect/index.ts'
import type { FleetView } from '../fleet-view.ts'
import type { Incidents } from '../incidents.ts'
import { Blind } from './blind.ts'
import { ClinicalSystem } from './clinical-system.ts'
import { FailingMachine } from './failing-machine.ts'
import { Lines } from './lines.ts'

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

  observe(observation: Observation): void {
    this.lines.observe(observation)
    this.blind.observe(observation)
    this.#failingMachine.observe(observation)
  }

  takeReachability(machine: number, event: EventOf<'reachability'>, at: number): void {
    this.clinicalSystem.take(machine, event, at)
  }

  tick(now: number): void {
    this.lines.tick(now)
    this.clinicalSystem.tick(now)
    this.blind.tick(now)
    this.#failingMachine.tick(now)
  }
}
