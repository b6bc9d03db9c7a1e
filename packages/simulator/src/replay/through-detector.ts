import type { FactRegistry } from '@pumphandle/collector/detect'
import { IncidentLog } from '../score/incident-log.ts'
import { Knowledge } from '../score/knowledge.ts'
import { ThresholdRules } from '../score/thresholds.ts'
import type { ComponentNames } from '../sinks/keys.ts'
import { ObservationSink } from '../sinks/observations.ts'
import { World } from '../world/world.ts'
import { DetectorObserver } from './detector-observer.ts'
import { conclude, type Replayed, type ReplayOptions } from './run.ts'

const TICK_MS = 1000

/** Replays a scenario in virtual time, straight into the detector, with threshold rules beside it. */
export function replayThroughDetector(options: ReplayOptions): Replayed {
  const beganAt = options.wallClock.now()
  const log = new IncidentLog()
  const rules = new ThresholdRules()
  let facts: FactRegistry | undefined
  let names: ComponentNames | undefined
  let knowledge: Knowledge | undefined
  const world = new World({
    ...options,
    sink: (world) => {
      const sink = new ObservationSink(world, {
        tickMs: TICK_MS,
        observers: (registry, words) => {
          facts = registry
          names = words
          return [new DetectorObserver(registry, log), rules]
        },
      })
      knowledge = new Knowledge(world, sink)
      return knowledge
    },
  })
  world.start()
  world.advance()
  world.sink.end()
  const run = { world, log, knowledge: knowledge!, facts: facts!, names: names!, alarms: rules.alarms }
  return conclude(run, options, 'detector', beganAt)
}
