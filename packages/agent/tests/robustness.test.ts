import { describe, expect, test } from 'vitest'
import { exercise } from './support/exercise.ts'
import { mutate, seededRandom } from './support/mutate.ts'
import { specimens } from './support/specimens.ts'

/** Fits some 20 s of CPU; `node packages/agent/scripts/fuzz.ts --count 100000` runs the same in full. */
export const MUTATIONS_PER_SPECIMEN = 250

describe('damaged bytes give a result or a named problem', () => {
  for (const [index, { kind, name, bytes }] of specimens().entries()) {
    test(`${kind}: ${name}`, () => {
      expect(exercise(kind, bytes)).toBeGreaterThanOrEqual(0)
      for (let round = 0; round < MUTATIONS_PER_SPECIMEN; round++) {
        const seed = index * 1_000_000 + round
        const mutated = mutate(bytes, seededRandom(seed))
        try {
          exercise(kind, mutated.bytes)
        } catch (error) {
          throw new Error(`seed ${seed} of ${name} throws`, { cause: error })
        } finally {
          mutated.undo()
        }
      }
    })
  }
})
