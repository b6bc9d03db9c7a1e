import { Detector, type DetectorSettings, type FactRegistry, type Observation } from '@pumphandle/collector/detect'
import type { IncidentLog } from '../score/incident-log.ts'
import type { Observer } from '../sinks/observations.ts'

/** The detector alone, writing what it finds into a log. */
export class DetectorObserver implements Observer {
  readonly #detector: Detector
  readonly #log: IncidentLog

  constructor(facts: FactRegistry, log: IncidentLog, settings: Partial<DetectorSettings> = {}) {
    this.#detector = new Detector({ facts, settings })
    this.#log = log
  }

  observe(observation: Observation): void {
    for (const finding of this.#detector.observe(observation)) this.#log.take(finding)
  }

  tick(now: number): void {
    for (const finding of this.#detector.tick(now)) this.#log.take(finding)
  }
}
