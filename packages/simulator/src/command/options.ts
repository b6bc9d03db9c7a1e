import { Command, InvalidArgumentError, Option } from 'commander'
import type { Through } from '../replay/replay.ts'

export interface Options {
  readonly scenario: readonly string[]
  readonly json?: true
  readonly explain?: true
  readonly strict?: true
  readonly schema?: true
  readonly seed?: number
  readonly seeds: number
  readonly machines?: number
  readonly through: Through
  readonly fleetFrom?: string
  readonly quietYear?: number
  readonly days?: number
  readonly commons?: true
  readonly quietWeeks?: number
  readonly collector?: string
  readonly token?: string
  readonly speed: number
  readonly processes?: number
  readonly credentials?: string
  /** Of a process that another simulation started: which, of how many, and when the world began. */
  readonly share?: { readonly index: number; readonly of: number }
  readonly began?: number
}

const examples = (call: string): string => `
Examples:
  ${call} --scenario packages/simulator/scenarios/content-file-by-day.json --explain
  ${call} --scenario my-fleet.json --seeds 5 --json
  ${call} --scenario my-fleet.json --fleet-from data/pumphandle.db --explain
  ${call} --scenario my-fleet.json --collector http://127.0.0.1:8854 --token TOKEN --speed 1
  ${call} --quiet-year 1 --machines 5000
  ${call} --commons`

/** @param call how the reader called it: stands in the usage and in the examples */
export function describeCommand(call: string): Command {
  return new Command(call)
    .description('Replays a fleet and what happens to it, and holds what is detected against the truth.')
    .option('--scenario <file...>', 'scenario files; docs/scenarios.md says how to write one', [])
    .option('--json', 'one JSON object for each run and line')
    .option('--explain', 'tell each run in sentences')
    .option('--strict', 'exit with 1 when anything was missed or falsely raised')
    .option('--seed <n>', 'use this seed instead of the scenario’s', whole)
    .option('--seeds <n>', 'run each scenario with so many seeds, from its own upwards', whole, 1)
    .option(
      '--machines <n>',
      'use this many machines instead of the scenario’s; with --commons, in the largest organisation',
      whole,
    )
    .option('--fleet-from <database>', 'practices, machines and versions of a collector’s SQLite file')
    .addOption(
      new Option(
        '--through <what>',
        'collector: real ingest, store and detector; detector: the detector alone; auto: by size',
      )
        .choices(['auto', 'collector', 'detector'])
        .default('auto'),
    )
    .option('--quiet-year <n>', 'so many fleet-years in which no version is bad', whole)
    .option('--days <n>', 'with --quiet-year: days of each year', whole)
    .option(
      '--commons',
      'the outage of 19 July 2024 over 40 organisations, with and without a commons (docs/commons.md)',
    )
    .option('--quiet-weeks <n>', 'with --commons: so many weeks in which no version is bad, instead', whole)
    .option('--collector <url>', 'play in real time, over real connections, to this collector')
    .option('--token <token>', 'with --collector: an enrolment token of that collector')
    .option('--speed <n>', 'with --collector: simulated seconds for each second', positive, 1)
    .option('--processes <n>', 'with --collector: processes to connect from; one for each 15,000 machines', whole)
    .option('--credentials <file>', 'with --collector: keep the machines’ identities here for the next run')
    .option('--schema', 'print the scenario format as JSON Schema')
    .addOption(new Option('--share <part>').argParser(share).hideHelp())
    .addOption(new Option('--began <ms>').argParser(whole).hideHelp())
    .addHelpText('after', examples(call))
    .exitOverride()
}

function whole(text: string): number {
  const n = Number(text)
  if (!Number.isSafeInteger(n) || n < 1) throw new InvalidArgumentError('Write a whole number above 0.')
  return n
}

function positive(text: string): number {
  const n = Number(text)
  if (!(n > 0 && n <= 1000)) throw new InvalidArgumentError('Write a number above 0, at most 1000.')
  return n
}

function share(text: string): { index: number; of: number } {
  const [index, of] = text.split('/').map(Number)
  if (index === undefined || of === undefined) throw new InvalidArgumentError('Write index/of.')
  return { index, of }
}
