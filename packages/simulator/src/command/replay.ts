import type { Clock } from '@pumphandle/shared'
import type { RealFleet } from '../fleet-from/read-fleet.ts'
import { replay } from '../replay/replay.ts'
import type { ReadScenario } from '../scenario/read.ts'
import type { ScenarioResult } from '../score/result.ts'
import type { Options } from './options.ts'

/** Replays scenarios in virtual time and prints each result. @returns exit code */
export async function replayFiles(
  files: readonly ReadScenario[],
  options: Options,
  wallClock: Clock,
  real: RealFleet | undefined,
): Promise<number> {
  let good = true
  for (const { scenario, warnings } of files) {
    for (let i = 0; i < options.seeds; i++) {
      const run = { scenario: { ...scenario, seed: scenario.seed + i }, warnings, wallClock, ...real?.draw() }
      const { result, story } = await replay(run, options.through)
      if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`)
      if (options.explain) process.stdout.write(`${story}\n\n`)
      if (!options.json && !options.explain) process.stdout.write(`${summarise(result)}\n`)
      good &&= result.missed === 0 && result.falseIncidents <= scenario.truth.max_false
    }
  }
  return options.strict && !good ? 1 : 0
}

function summarise(result: ScenarioResult): string {
  const found = result.incidents.map(
    (incident) =>
      `${incident.correct ? 'right' : 'WRONG'} ${incident.cause} after ${incident.secondsAfterFirstFailure} s and ${incident.failuresBefore} failures`,
  )
  const { precision, recall } = result.affected
  const list = precision === null || recall === null ? '' : `, list ${precision.toFixed(3)} / ${recall.toFixed(3)}`
  return `${result.scenario} (seed ${result.seed}): ${found.join('; ') || 'nothing raised'}; false ${result.falseIncidents}, missed ${result.missed}${list}, ${result.wallSeconds} s`
}
