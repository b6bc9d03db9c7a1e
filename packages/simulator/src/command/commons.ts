import { exerciseOutage, exerciseQuiet, type OutageResult } from '../commons/exercise.ts'
import { FORTY } from '../commons/scenarios.ts'
import type { Options } from './options.ts'

/** `--commons`, and with `--quiet-weeks N` the weeks in which nothing is wrong. */
export function commons(options: Options): number {
  const seed = options.seed ?? 1
  const sizes = { ...FORTY, most: options.machines ?? FORTY.most }
  const say = (result: object, lines: readonly string[]) =>
    process.stdout.write(options.json ? `${JSON.stringify(result)}\n` : `${lines.join('\n')}\n`)
  for (let s = seed; s < seed + options.seeds; s++) {
    if (options.quietWeeks === undefined)
      for (const when of ['night', 'day'] as const) {
        const result = exerciseOutage(s, when, sizes)
        say(result, linesOf(result))
      }
    else {
      const result = exerciseQuiet(s, options.quietWeeks, sizes, (line) => process.stderr.write(`${line}\n`))
      const warned = result.falseWarnings.map((w) => `  ${w.at} ${w.version}, in ${w.organisations} organisations`)
      say(result, [
        `${result.falseWarnings.length} versions falsely warned of in ${result.weeks} quiet weeks of ${result.organisations} organisations with ${result.machines} machines (seed ${s}); their own detectors raised ${result.falseIncidents} false incidents.`,
        ...warned,
      ])
    }
  }
  return 0
}

function linesOf({ when, seed, affected, small, large, falseWarnings, falseIncidents }: OutageResult): string[] {
  const said = (s: number | null) => (s === null ? 'never' : `${s} s`)
  const of = (which: string, one: OutageResult['small']) =>
    `  ${which} (${one.organisations}): median without a commons ${said(one.without.median)}, ${one.without.never} never; with one ${said(one.with.median)}, ${one.with.never} never`
  return [
    `The outage of 19 July 2024 by ${when}, ${affected} organisations that have the product (seed ${seed}); from the first failure anywhere to the first word on it:`,
    of('under 500 machines', small),
    of('larger', large),
    `  false warnings: ${falseWarnings.length === 0 ? 'none' : falseWarnings.join('; ')}; false incidents: ${falseIncidents.without.length} without, ${falseIncidents.with.length} with`,
  ]
}
