import { describe, expect, test } from 'vitest'
import { exercise } from './support/exercise.ts'
import { mutate, seededRandom } from './support/mutate.ts'
import { specimens } from './support/specimens.ts'

/** Some 15 s of CPU; `npm run fuzz:agent -- --count 1000000` goes on from here. */
const MUTATIONS = 20_000
const all = specimens()
const weights = all.reduce((sum, { weight }) => sum + weight, 0)

describe('damaged bytes give a result or a named problem', () => {
  for (const [index, { kind, name, bytes, weight }] of all.entries()) {
    test(`${kind}: ${name}`, () => {
      expect(exercise(kind, bytes)).toBeGreaterThanOrEqual(0)
      for (let round = 0; round < Math.ceil((MUTATIONS * weight) / weights); round++) {
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
