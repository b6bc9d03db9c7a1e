/**
 * Damages logs, dumps, hives, drivers, JSON and XML and reads them: `npm run fuzz:agent -- --count 1000000 [--seed 1]`.
 * Prints one JSON line: what threw, with its seed, the slowest reading, how much the process grew, and of each
 * reader's source the share that was run. Ends with 1 if anything threw, took over 2 s of processor time, the process grew beyond 200 MB, or a
 * reader of formats was run to less than 80 %.
 */
import { Session } from 'node:inspector/promises'
import { parseArgs } from 'node:util'
import { exercise } from '../tests/support/exercise.ts'
import { mutate, seededRandom } from '../tests/support/mutate.ts'
import { specimens } from '../tests/support/specimens.ts'

const MAX_MS = 2_000
const MAX_GROWTH_MB = 200
/** Garbage of earlier rounds is no growth; memory is looked at this often. */
const LOOK_EVERY = 500
/** Below it, the mutations do not reach what they should. */
const LEAST_COVERAGE_PERCENT = 80

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
})
const all = specimens().flatMap((specimen) => Array.from({ length: specimen.weight }, () => specimen))
const session = await watchCoverage()
const memoryBefore = process.memoryUsage.rss()
const report = { count: 0, failures: [] as string[], slowestMs: 0, slowest: '', peakGrowthMb: 0, read: 0 }

for (let round = 0; round < Number(values.count); round++) {
  const specimen = all[round % all.length]
  if (!specimen) break
  const seed = Number(values.seed) * 1_000_003 + round
  const mutated = mutate(specimen.bytes, seededRandom(seed))
  const before = process.cpuUsage()
  try {
    report.read += exercise(specimen.kind, mutated.bytes)
  } catch (error) {
    report.failures.push(`${specimen.name} seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`)
  } finally {
    mutated.undo()
  }
  const { user, system } = process.cpuUsage(before)
  const ms = (user + system) / 1000
  if (ms > report.slowestMs)
    Object.assign(report, { slowestMs: Math.round(ms), slowest: `${specimen.name} seed ${seed}` })
  if (round % LOOK_EVERY === 0) {
    report.peakGrowthMb = Math.max(
      report.peakGrowthMb,
      Math.round((process.memoryUsage.rss() - memoryBefore) / 2 ** 20),
    )
  }
  report.count++
}
const coverage = await coverageOf(session)
const isThin = Object.values(coverage).some((percent) => percent < LEAST_COVERAGE_PERCENT)
process.stdout.write(
  `${JSON.stringify({ ...report, failures: report.failures.slice(0, 5), failed: report.failures.length, coverage })}\n`,
)
const isSlow = report.slowestMs > MAX_MS || report.peakGrowthMb > MAX_GROWTH_MB
process.exitCode = report.failures.length > 0 || isSlow || isThin ? 1 : 0

async function watchCoverage(): Promise<Session> {
  const watching = new Session()
  watching.connect()
  await watching.post('Profiler.enable')
  await watching.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true })
  return watching
}

/** Percent of each reader's characters that were run, by its path below `formats`. */
async function coverageOf(watching: Session): Promise<Record<string, number>> {
  const { result } = await watching.post('Profiler.takePreciseCoverage')
  const percents: Record<string, number> = {}
  for (const { url, functions } of result) {
    const file = /\/agent\/src\/formats\/(.+)$/.exec(url)?.[1]
    if (file === undefined) continue
    const ranges = functions.flatMap((one) => one.ranges)
    const end = ranges.reduce((most, { endOffset }) => Math.max(most, endOffset), 0)
    const isRun = new Uint8Array(end).fill(1)
    // outer ranges come before those inside them
    for (const { startOffset, endOffset, count } of ranges.sort(
      (x, y) => y.endOffset - y.startOffset - (x.endOffset - x.startOffset),
    ))
      isRun.fill(count > 0 ? 1 : 0, startOffset, endOffset)
    percents[file] = Math.round((100 * isRun.reduce((sum, one) => sum + one, 0)) / Math.max(1, end))
  }
  return percents
}
