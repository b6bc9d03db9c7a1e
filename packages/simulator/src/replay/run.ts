import type { Clock } from '@pumphandle/shared'
import type { Scenario } from '../scenario/scenario.ts'
import type { ScenarioResult } from '../score/result.ts'
import { type Run, score } from '../score/score.ts'
import { tellStory } from '../score/story.ts'
import type { Places } from '../sinks/places.ts'
import type { Fleet } from '../world/fleet.ts'

export interface ReplayOptions {
  readonly scenario: Scenario
  /** What was left out of the file, for the result. */
  readonly warnings?: readonly string[]
  /** Instead of drawing one. */
  readonly fleet?: Fleet
  /** Its practices' and machines' names. */
  readonly places?: Places
  /** Measures how long the run takes. */
  readonly wallClock: Clock
}

export interface Replayed {
  readonly result: ScenarioResult
  readonly story: string
}

/** Scores a run that has ended. */
export function conclude(
  run: Run,
  options: ReplayOptions,
  through: ScenarioResult['through'],
  beganAt: number,
): Replayed {
  const { missedCauses, ...scored } = score(run)
  const hostile = options.scenario.hostile.reduce((sum, { machines }) => sum + machines, 0)
  const result: ScenarioResult = {
    scenario: options.scenario.id,
    seed: options.scenario.seed,
    through,
    ...scored,
    missed: missedCauses.length,
    missedCauses,
    machines: run.world.machines.count,
    ...(hostile > 0 ? { hostile } : {}),
    wallSeconds: Math.round((options.wallClock.now() - beganAt) / 100) / 10,
    warnings: options.warnings ?? [],
  }
  return { result, story: tellStory(run, result) }
}
