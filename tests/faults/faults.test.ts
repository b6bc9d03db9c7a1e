import { describe, expect, inject, test } from 'vitest'
import { emptyDatabase } from '../support/databases.ts'
import { brokenPromises, type Entry } from './ledger.ts'
import { run } from './run.ts'

/** Short ones: `npm run faults -- --runs 500` has the others. */
const RUNS = 20
const FAULTS_A_RUN = 2

describe('the checker', () => {
  const entry: Entry = {
    uid: 'm',
    sent: [{ id: 'a', at: 1, type: 'vitals', uptimeSeconds: 1 }],
    acked: new Set(['a']),
  }
  test.each([
    ['kept', [{ uid: 'm', eventId: 'a' }], 0, []],
    ['lost', [], 0, ['m a was acknowledged and is not stored']],
    [
      'twice',
      [
        { uid: 'm', eventId: 'a' },
        { uid: 'm', eventId: 'a' },
      ],
      0,
      ['m a is stored 2 times'],
    ],
    [
      'foreign',
      [
        { uid: 'm', eventId: 'a' },
        { uid: 'm', eventId: 'b' },
      ],
      0,
      ['m b is stored and was never sent'],
    ],
    ['dark', [{ uid: 'm', eventId: 'a' }], 1, ['1 machines were called dark, and all were there']],
  ] as const)('knows what is %s', (_what, stored, dark, says) => {
    expect(brokenPromises([entry], stored, dark)).toEqual(says)
  })
})

test.each(Array.from({ length: RUNS }, (_, i) => i + 1))(
  'seed %i: every promise is kept',
  async (seed) => {
    // each fourth over PostgreSQL, on a line that can be cut
    const postgres = seed % 4 === 0 ? await emptyDatabase('postgres', inject('pgUrl')) : undefined
    const { faults, broken, acked } = await run({ seed, faults: FAULTS_A_RUN, postgres })
    expect({ faults, broken }).toEqual({ faults, broken: [] })
    expect(acked).toBeGreaterThan(0)
  },
  120_000,
)
