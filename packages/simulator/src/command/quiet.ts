import { systemClock } from '@pumphandle/shared'
import { runQuietYears } from '../replay/quiet-year.ts'
import type { Options } from './options.ts'

const DEFAULT_MACHINES = 20_000

/** `--quiet-year N` */
export function quietYears(options: Options, years: number): number {
  const result = runQuietYears({
    years,
    machines: options.machines ?? DEFAULT_MACHINES,
    seed: options.seed ?? 1,
    ...(options.days === undefined ? {} : { days: options.days }),
    wallClock: systemClock,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  })
  if (options.json) {
    process.stdout.write(`${JSON.stringify(result)}\n`)
    return 0
  }
  const rules = Object.entries(result.thresholdRulesPerFleetYear).map(([rule, n]) => `  ${rule}: ${n}`)
  const raised = result.incidents.map(
    (i) => `  seed ${i.seed} ${i.at} ${i.cause} (${i.failureClass}${i.duringWarmUp ? ', while learning' : ''})`,
  )
  const lines = [
    `${result.falseIncidents} false incidents in ${years} quiet fleet-years of ${result.machines} machines (${result.falsePerFleetYear} a year).`,
    ...raised,
    'Threshold rules on the same days, false alarms a year:',
    ...rules,
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
  return 0
}
