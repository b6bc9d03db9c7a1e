/**
 * Damages logs, dumps, hives and drivers and reads them: `node packages/agent/scripts/fuzz.ts --count 100000 [--seed 1]`.
 * Prints one JSON line; ends with 1 if anything threw, took over 2 s, or the process grew beyond 200 MB.
 */
import { parseArgs } from 'node:util'
import { exercise } from '../tests/support/exercise.ts'
import { mutate, seededRandom } from '../tests/support/mutate.ts'
import { specimens } from '../tests/support/specimens.ts'

const MAX_MS = 2_000
const MAX_GROWTH_MB = 200
/** Garbage of earlier rounds is no growth; memory is looked at this often. */
const LOOK_EVERY = 500

const { values } = parseArgs({
  options: { count: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
})
const all = specimens()
const before = process.memoryUsage.rss()
const report = { count: 0, failures: [] as string[], slowestMs: 0, slowest: '', peakGrowthMb: 0, read: 0 }

for (let round = 0; round < Number(values.count); round++) {
  const specimen = all[round % all.length]
  if (!specimen) break
  const seed = Number(values.seed) * 1_000_003 + round
  const mutated = mutate(specimen.bytes, seededRandom(seed))
  const started = process.hrtime.bigint()
  try {
    report.read += exercise(specimen.kind, mutated.bytes)
  } catch (error) {
    report.failures.push(`${specimen.name} seed ${seed}: ${error instanceof Error ? error.stack : String(error)}`)
  } finally {
    mutated.undo()
  }
  const ms = Number(process.hrtime.bigint() - started) / 1e6
  if (ms > report.slowestMs)
    Object.assign(report, { slowestMs: Math.round(ms), slowest: `${specimen.name} seed ${seed}` })
  if (round % LOOK_EVERY === 0) {
    report.peakGrowthMb = Math.max(report.peakGrowthMb, Math.round((process.memoryUsage.rss() - before) / 2 ** 20))
  }
  report.count++
}
process.stdout.write(
  `${JSON.stringify({ ...report, failures: report.failures.slice(0, 5), failed: report.failures.length })}\n`,
)
process.exitCode =
  report.failures.length > 0 || report.slowestMs > MAX_MS || report.peakGrowthMb > MAX_GROWTH_MB ? 1 : 0
