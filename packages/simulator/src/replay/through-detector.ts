import type { FactRegistry } from '@pumphandle/collector/detect'
import type { Clock } from '@pumphandle/shared'
import type { Scenario } from '../scenario/scenario.ts'
import { IncidentLog } from '../score/incident-log.ts'
import { Knowledge } from '../score/knowledge.ts'
import type { ScenarioResult } from '../score/result.ts'
import { score } from '../score/score.ts'
import { ThresholdRules } from '../score/thresholds.ts'
import type { ComponentNames } from '../sinks/keys.ts'
import { ObservationSink } from '../sinks/observations.ts'
import type { Fleet } from '../world/fleet.ts'
import { World } from '../world/world.ts'
import { DetectorObserver } from './detector-observer.ts'

const TICK_MS = 1000

export interface ReplayOptions {
  readonly scenario: Scenario
  readonly warnings?: readonly string[]
  /** 0 is the scenario's own seed. */
  readonly repetition?: number
  readonly fleet?: Fleet
  /** Measures how long the run takes. */
  readonly wallClock: Clock
}

/** Replays a scenario in virtual time, straight into the detector, with threshold rules beside it. */
export function replayThroughDetector(options: ReplayOptions): ScenarioResult {
  const { scenario, repetition = 0, wallClock } = options
  const began = wallClock.now()
  const log = new IncidentLog()
  const rules = new ThresholdRules()
  let told: { facts: FactRegistry; names: ComponentNames; knowledge: Knowledge } | undefined
  const world = new World({
    scenario,
    repetition,
    ...(options.fleet ? { fleet: options.fleet } : {}),
    sink: (world) => {
      let inside: { facts: FactRegistry; names: ComponentNames } | undefined
      const sink = new ObservationSink(world, {
        tickMs: TICK_MS,
        observers: (facts, names) => {
          inside = { facts, names }
          return [new DetectorObserver(facts, log), rules]
        },
      })
      const knowledge = new Knowledge(world, sink)
      told = { ...inside!, knowledge }
      return knowledge
    },
  })
  world.start()
  world.advance()
  world.sink.end()
  const { missedCauses, ...scored } = score({ world, log, alarms: rules.alarms, ...told! })
  return {
    scenario: scenario.id,
    seed: scenario.seed + repetition,
    through: 'detector',
    ...scored,
    missed: missedCauses.length,
    missedCauses,
    machines: world.machines.count,
    wallSeconds: Math.round((wallClock.now() - began) / 100) / 10,
    warnings: options.warnings ?? [],
  }
}
