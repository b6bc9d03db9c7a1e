/**
 * `npm run scoreboard`: replays every scenario beside the checkout (../shared/scenarios) and of the simulator, and quiet
 * years, and writes the table of docs/detection.md. Prints each result as a line of JSON as it comes.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { systemClock } from '@pumphandle/shared'
import {
  drawOutage,
  type QuietYears,
  readScenario,
  replay,
  runQuietYears,
  type Scenario,
  type ScenarioResult,
  type Through,
} from '@pumphandle/simulator/replay'
import {
  isClean,
  quietTable,
  randomSummary,
  readEarlier,
  replaceSection,
  resultTable,
  runLine,
  runsTable,
  seedsTable,
  summary,
} from '@pumphandle/simulator/scoreboard'

const HELP = `Usage: npm run scoreboard -- [--only pub-13,pub-22 | --random 200 --seed 1] [--seeds 1] [--quiet-year 1] [--dry-run]

  --only NAMES     just the scenarios whose file begins with one of these, separated by commas; writes nothing, and
                   ends with 1 where a run was not clean
  --random N       instead: so many outages drawn at random (docs/scenarios.md), with the seeds from --seed on; writes
                   nothing; --random 1 --seed S is the one of seed S again
  --seed S         the first seed of them
  --seeds N        seeds of each scenario
  --quiet-year N   fleet-years in which no version is bad; 0 leaves them out
  --through WHAT   collector, detector (alone), or auto: by size
  --json           with --only: each result as a line of JSON, for --results
  --results FILE   instead of running anything: what was printed before, by this or by simulate --json; may be repeated
  --dry-run        print, and leave docs/detection.md as it is

Example: npm run scoreboard -- --seeds 5 --quiet-year 5`

const QUIET_MACHINES = 20_000

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    random: { type: 'string' },
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '1' },
    'quiet-year': { type: 'string', default: '1' },
    through: { type: 'string', default: 'auto' },
    results: { type: 'string', multiple: true },
    json: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (values.help) {
  console.log(HELP)
  process.exit(0)
}
if (values.random !== undefined) {
  const drawn: ScenarioResult[] = []
  for (let i = 0; i < Number(values.random); i++) {
    const scenario = drawOutage(Number(values.seed) + i)
    // two hundred of them go to the detector alone, unless it is asked for otherwise
    const through = values.through === 'auto' ? 'detector' : (values.through as Through)
    const { result } = await replay({ scenario, wallClock: systemClock }, through)
    const about = `${scenario.title}, ${scenario.fleet.machines} machines`
    console.log(values.json ? JSON.stringify(result) : `${runLine(result)}\n    ${about}`)
    drawn.push(result)
  }
  console.log(randomSummary(drawn))
  process.exit(0)
}
const folders = ['../../shared/scenarios', '../packages/simulator/scenarios'].map((folder) =>
  fileURLToPath(new URL(folder, import.meta.url)),
)
const only = values.only?.split(',')
const files = folders
  .filter((folder) => existsSync(folder))
  .flatMap((folder) =>
    readdirSync(folder)
      .sort()
      .map((file) => join(folder, file)),
  )
  .filter((file) => file.endsWith('.json') && (only?.some((name) => basename(file).startsWith(name)) ?? true))

/** The issue that a detector is bought for, on a small, a usual and a large fleet. */
const SIZES = [2000, 20_000, 200_000]
const SIZED = 'content-file-by-day'

const earlier = values.results && readEarlier(values.results.map((file) => readFileSync(file, 'utf8')).join('\n'))
const results: ScenarioResult[] = [...(earlier?.results ?? [])]
for (const file of earlier ? [] : files) {
  const { scenario, warnings } = readScenario(file)
  for (let i = 0; i < Number(values.seeds); i++) {
    await play({ ...scenario, seed: scenario.seed + i }, warnings)
  }
  if (scenario.id !== SIZED || only) continue
  for (const machines of SIZES) {
    const fleet = { ...scenario.fleet, machines }
    await play({ ...scenario, id: `${SIZED}, ${machines} machines`, fleet }, warnings)
  }
}
if (only) {
  console.log(runsTable(results))
  process.exit(results.length > 0 && results.every(isClean) ? 0 : 1)
}
const quiet = earlier ? earlier.quiet : runYears(Number(values['quiet-year']))
const [colluding, usual] = [results.filter(({ hostile }) => hostile), results.filter(({ hostile }) => !hostile)]
const seeds = seedsTable(usual)
const colludingSeeds = seedsTable(colluding)

const section = [
  `${summary(usual)} Runs marked * go through the real ingest and store, the larger ones to the detector alone. "Known failures" are failed machines that the collector could know of when it named the cause; "list" is how much of the list of failed machines is right, and how many of the failed are on it.`,
  resultTable(usual),
  ...(seeds === '' ? [] : ['The same with other seeds, the row above among them:', seeds]),
  ...(colluding.length > 0
    ? [
        'Fleets in which somebody made up one machine in a hundred with one enrolment token, all of which say the same of a version (what they say is never true):',
        colludingSeeds === '' ? resultTable(colluding) : colludingSeeds,
      ]
    : []),
  ...(quiet
    ? [
        `Years in which no version is bad, with patch days, sensor releases in rings, power cuts, network failures, storms, silent sleep, mass logoffs, collector restarts and flaky machines:`,
        quietTable(quiet),
      ]
    : []),
].join('\n\n')
if (values['dry-run']) console.log(section)
else {
  const document = fileURLToPath(new URL('../docs/detection.md', import.meta.url))
  const before = existsSync(document) ? readFileSync(document, 'utf8') : '# Detection\n'
  writeFileSync(document, replaceSection(before, section))
  console.log(`Written to ${document}`)
}

function runYears(years: number): QuietYears | undefined {
  if (years === 0) return undefined
  const quiet = runQuietYears({
    years,
    machines: QUIET_MACHINES,
    seed: 1,
    wallClock: systemClock,
    onProgress: (line) => console.error(line),
  })
  console.log(JSON.stringify(quiet))
  return quiet
}

async function play(scenario: Scenario, warnings: readonly string[]): Promise<void> {
  const run = { scenario, warnings, wallClock: systemClock }
  const { result } = await replay(run, values.through as Through)
  if (!only || values.json) console.log(JSON.stringify(result))
  else console.log(runLine(result))
  results.push(result)
}
