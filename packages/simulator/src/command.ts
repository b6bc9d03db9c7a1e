import { systemClock } from '@pumphandle/shared'
import { Command, InvalidArgumentError } from 'commander'
import { runQuietYears } from './replay/quiet-year.ts'
import type { Replayed } from './replay/run.ts'
import { replayThroughCollector } from './replay/through-collector.ts'
import { replayThroughDetector } from './replay/through-detector.ts'
import { type ReadScenario, readScenario, ScenarioError } from './scenario/read.ts'
import type { ScenarioResult } from './score/result.ts'

interface Options {
  scenario: string[]
  json?: true
  explain?: true
  strict?: true
  seed?: number
  seeds: number
  machines?: number
  quietYear?: number
  days?: number
  through: 'detector' | 'collector'
}

const EXAMPLES = `
Examples:
  npm run simulate -- --scenario packages/simulator/scenarios/content-file-by-day.json --explain
  npm run simulate -- --scenario my-fleet.json --seeds 5 --json
  npm run simulate -- --quiet-year 1 --machines 5000`

/**
 * The command line of the simulator: `pumphandle simulate` and `npm run simulate`.
 * @param argv arguments after the command's name
 * @returns exit code: 0 done, 1 a scenario failed with --strict, 2 wrong arguments or scenario
 */
export async function runSimulateCommand(argv: readonly string[]): Promise<number> {
  const command = describeCommand()
  try {
    command.parse([...argv], { from: 'user' })
    return await run(command.opts<Options>())
  } catch (error) {
    if (error instanceof ScenarioError) {
      process.stderr.write(`${error.message}\n`)
      return 2
    }
    if (error instanceof Error && 'exitCode' in error) return error.exitCode === 0 ? 0 : 2
    throw error
  }
}

function describeCommand(): Command {
  return new Command('simulate')
    .description('Replays a fleet and what happens to it, and holds what is detected against the truth.')
    .option('--scenario <file...>', 'scenario files (docs/scenarios.md)', [])
    .option('--json', 'one JSON object for each run and line')
    .option('--explain', 'tell each run in sentences')
    .option('--strict', 'exit with 1 when anything was missed or falsely raised')
    .option('--seed <n>', 'use this seed instead of the scenario’s', whole)
    .option('--seeds <n>', 'run each scenario with so many seeds', whole, 1)
    .option('--machines <n>', 'use this many machines instead of the scenario’s', whole)
    .option('--quiet-year <n>', 'so many fleet-years in which no version is bad', whole)
    .option('--days <n>', 'with --quiet-year: days of each year', whole)
    .option('--through <what>', 'collector: real ingest, store and detector; detector: the detector alone', 'collector')
    .addHelpText('after', EXAMPLES)
    .exitOverride()
}

function whole(text: string): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n) || n < 1) throw new InvalidArgumentError('Write a whole number above 0.')
  return n
}

async function run(options: Options): Promise<number> {
  if (options.quietYear !== undefined) return quietYears(options, options.quietYear)
  if (options.scenario.length === 0) {
    process.stderr.write('Name a scenario with --scenario FILE, or use --quiet-year N; --help says more.\n')
    return 2
  }
  let good = true
  for (const file of options.scenario) {
    const read = withOptions(readScenario(file), options)
    for (const warning of read.warnings) process.stderr.write(`${file}: ${warning}\n`)
    for (let repetition = 0; repetition < options.seeds; repetition++) {
      const { result, story } = await replay(read, repetition, options.through)
      if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`)
      if (options.explain) process.stdout.write(`${story}\n\n`)
      if (!options.json && !options.explain) process.stdout.write(`${summarise(result)}\n`)
      good &&= result.missed === 0 && result.falseIncidents <= read.scenario.truth.max_false
    }
  }
  return options.strict && !good ? 1 : 0
}

async function replay(
  { scenario, warnings }: ReadScenario,
  repetition: number,
  through: Options['through'],
): Promise<Replayed> {
  const options = { scenario, warnings, repetition, wallClock: systemClock }
  return through === 'detector' ? replayThroughDetector(options) : replayThroughCollector(options)
}

function withOptions(read: ReadScenario, { seed, machines }: Options): ReadScenario {
  const { scenario } = read
  const fleet = machines === undefined ? scenario.fleet : { ...scenario.fleet, machines }
  return { ...read, scenario: { ...scenario, fleet, seed: seed ?? scenario.seed } }
}

function quietYears(options: Options, years: number): number {
  const result = runQuietYears({
    years,
    machines: options.machines ?? 20_000,
    seed: options.seed ?? 1,
    ...(options.days === undefined ? {} : { days: options.days }),
    wallClock: systemClock,
    onProgress: (line) => process.stderr.write(`${line}\n`),
  })
  if (options.json) process.stdout.write(`${JSON.stringify(result)}\n`)
  else {
    const rules = Object.entries(result.thresholdRulesPerFleetYear).map(([rule, n]) => `  ${rule}: ${n}`)
    process.stdout.write(
      `${result.falseIncidents} false incidents in ${years} quiet fleet-years of ${result.machines} machines (${result.falsePerFleetYear} a year).\nThreshold rules on the same days, false alarms a year:\n${rules.join('\n')}\n`,
    )
  }
  return 0
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
