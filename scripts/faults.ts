/** Many runs of the fault lab: npm run faults -- --runs 500 --seed 1. A seed that fails runs again by --runs 1 --seed N. */
import { parseArgs } from 'node:util'
import { run } from '../tests/faults/run.ts'
import { bareDatabase } from '../tests/support/databases.ts'
import { startPostgres } from '../tests/support/postgres.ts'

/** More than in the short ones of `npm test`, so that faults meet each other. */
const FAULTS_A_RUN = 4

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '500' }, seed: { type: 'string', default: '1' } },
})
const pg = await startPostgres()
const failed: number[] = []
let acked = 0
try {
  for (let seed = Number(values.seed), n = 0; n < Number(values.runs); n++, seed++) {
    const postgres = seed % 4 === 0 ? await bareDatabase('postgres', pg.url('postgres')) : undefined
    // one that ends where it must not is a promise broken, and the others run all the same
    const outcome = await run({ seed, faults: FAULTS_A_RUN, postgres }).catch((error: unknown) => ({
      faults: [],
      acked: 0,
      broken: [String(error)],
    }))
    acked += outcome.acked
    console.log(
      `seed ${seed}: ${outcome.faults.join(', ')}; ${outcome.acked} acknowledged; ${outcome.broken.join('; ') || 'kept'}`,
    )
    if (outcome.broken.length > 0) failed.push(seed)
  }
} finally {
  await pg.stop()
}
console.log(
  `${values.runs} runs, ${acked} events acknowledged, ${failed.length} runs broke a promise ${failed.join(' ')}`,
)
process.exit(failed.length > 0 ? 1 : 0)
