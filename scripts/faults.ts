/**
 * Many runs of the fault lab: npm run faults -- --runs 500 --seed 1. A seed that fails runs again by --runs 1 --seed N.
 *
 *   --together N   so many at once (1): each has its own disk, collector and machines, and mostly waits
 */
import { parseArgs } from 'node:util'
import { type Outcome, run } from '../tests/faults/run.ts'
import buildPrograms from '../tests/support/build-programs.ts'
import { bareDatabase } from '../tests/support/databases.ts'
import { startPostgres } from '../tests/support/postgres.ts'

/** More than in the short ones of `npm test`, so that faults meet each other. */
const FAULTS_A_RUN = 4

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '500' },
    seed: { type: 'string', default: '1' },
    together: { type: 'string', default: '1' },
  },
})
const first = Number(values.seed)
const seeds = Array.from({ length: Number(values.runs) }, (_, n) => first + n).values()
await buildPrograms()
const pg = await startPostgres()
const failed: number[] = []
let acked = 0

async function runOf(seed: number): Promise<Pick<Outcome, 'faults' | 'acked' | 'broken'>> {
  const postgres = seed % 4 === 0 ? await bareDatabase('postgres', pg.url('postgres')) : undefined
  return run({ seed, faults: FAULTS_A_RUN, postgres })
}

/** Takes one seed after the other, beside others who do. */
async function work(): Promise<void> {
  for (const seed of seeds) {
    // one that ends where it must not is a promise broken, and the others run all the same
    const outcome = await runOf(seed).catch((error: unknown) => ({ faults: [], acked: 0, broken: [String(error)] }))
    acked += outcome.acked
    const { faults, broken } = outcome
    console.log(`seed ${seed}: ${faults.join(', ')}; ${outcome.acked} acknowledged; ${broken.join('; ') || 'kept'}`)
    if (broken.length > 0) failed.push(seed)
  }
}

try {
  await Promise.all(Array.from({ length: Number(values.together) }, work))
} finally {
  await pg.stop()
}
console.log(
  `${values.runs} runs, ${acked} events acknowledged, ${failed.length} runs broke a promise ${failed.join(' ')}`,
)
process.exit(failed.length > 0 ? 1 : 0)
