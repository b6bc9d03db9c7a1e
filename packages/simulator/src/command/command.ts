import { systemClock } from '@pumphandle/shared'
import { CommanderError } from 'commander'
import { type RealFleet, readFleet } from '../fleet-from/read-fleet.ts'
import { scenarioJsonSchema } from '../scenario/json-schema.ts'
import { type ReadScenario, readScenario, ScenarioError, unknownProducts } from '../scenario/read.ts'
import { commons } from './commons.ts'
import { live } from './live.ts'
import { describeCommand, type Options } from './options.ts'
import { quietYears } from './quiet.ts'
import { replayFiles } from './replay.ts'
import { UsageError } from './usage-error.ts'

/**
 * The command line of the simulator: `pumphandle simulate` and `npm run simulate`.
 * @param argv arguments after the command's name
 * @param call how the reader called it
 * @returns exit code: 0 done, 1 a scenario failed with --strict, 2 wrong arguments, scenario or collector
 */
export async function runSimulateCommand(argv: readonly string[], call = 'npm run simulate --'): Promise<number> {
  try {
    const command = describeCommand(call).parse([...argv], { from: 'user' })
    return await run(command.opts<Options>(), argv)
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof ScenarioError || error instanceof UsageError)) throw error
    process.stderr.write(`${error.message}\n`)
    return 2
  }
}

async function run(options: Options, argv: readonly string[]): Promise<number> {
  if (options.schema) {
    process.stdout.write(`${JSON.stringify(scenarioJsonSchema(), null, 2)}\n`)
    return 0
  }
  if (options.commons) return commons(options)
  if (options.quietYear !== undefined) return quietYears(options, options.quietYear)
  if (options.scenario.length === 0) {
    throw new UsageError('Name a scenario with --scenario FILE, or use --quiet-year N or --commons; --help says more.')
  }
  const real = options.fleetFrom === undefined ? undefined : readRealFleet(options.fleetFrom)
  const files = options.scenario.map((file) => {
    const read = withOptions(readScenario(file), options, real)
    for (const warning of read.warnings) process.stderr.write(`${file}: ${warning}\n`)
    return read
  })
  if (options.collector === undefined) return replayFiles(files, options, systemClock, real)
  if (files.length > 1) throw new UsageError('Play one scenario at a time to a collector.')
  return live(files[0]!.scenario, options, options.collector, argv, systemClock, real)
}

function readRealFleet(file: string): RealFleet {
  try {
    return readFleet(file)
  } catch (error) {
    throw new UsageError(`${file} gives no fleet: ${(error as Error).message}`)
  }
}

function withOptions(read: ReadScenario, { seed, machines }: Options, real: RealFleet | undefined): ReadScenario {
  const { scenario } = read
  const fleet = { ...scenario.fleet, ...(machines === undefined ? {} : { machines }), ...real?.spec }
  const changed = { ...scenario, fleet, seed: seed ?? scenario.seed }
  return { scenario: changed, warnings: [...read.warnings, ...unknownProducts(changed)] }
}
