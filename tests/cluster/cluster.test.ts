import { expect, test } from 'vitest'
import { round } from './run.ts'

// Short ones: `npm run cluster -- --rounds 50 --seed 1` has the others, and `--rounds 1 --seed N` makes one again.

/** Longer than an edge's lease, and than a brain is waited for. */
const PAUSE_MS = 12_000

// an edge killed, an edge paused, the active brain killed, the active brain paused, the database failed over
// two at a time: they mostly wait
test.concurrent.each([1, 2, 4, 5, 9])(
  'seed %i: nothing acknowledged is lost, nobody is falsely dark, the incident is raised and told once',
  async (seed) => {
    const { faults, broken, acked } = await round({ seed, machines: 100, faults: 1, pauseMs: PAUSE_MS })
    expect({ faults, broken }).toEqual({ faults, broken: [] })
    expect(acked).toBeGreaterThan(0)
  },
  400_000,
)
