import { expect, inject, test } from 'vitest'
import { bareDatabase } from '../support/databases.ts'
import { run } from './run.ts'

/** Short ones: `npm run faults -- --runs 500` has the others. */
const FAULTS_A_RUN = 2

/** Twenty seeds, in files of a few each, two of a file at a time: they mostly wait, for what times out and comes back. @param from the first seed */
export function seeds(from: number, to: number): void {
  test.concurrent.each(Array.from({ length: to - from + 1 }, (_, i) => from + i))(
    'seed %i: every promise is kept',
    async (seed) => {
      // each fourth over PostgreSQL, on a line that can be cut
      const postgres = seed % 4 === 0 ? await bareDatabase('postgres', inject('pgUrl')) : undefined
      const { faults, broken, acked } = await run({ seed, faults: FAULTS_A_RUN, postgres })
      expect({ faults, broken }).toEqual({ faults, broken: [] })
      expect(acked).toBeGreaterThan(0)
    },
  )
}
