import { expect, test } from 'vitest'
import { MEMORIES, MEMORY_IDS } from '../../src/detect/numbers/memory.ts'
import { FRESH } from '../../src/detect/words/ages.ts'
import { LOSS } from '../../src/detect/words/classes.ts'
import { NOW, Parts, range } from './parts.ts'

/** The practice's later failures weigh less the longer the memory is. */
const lateVote = {
  weights: MEMORIES.map((tau) => 1 - Math.exp(-60 / tau)),
  machineBefore: 0,
  siteBefore: 0,
  effectBefore: MEMORIES.map(() => 0),
}

test('what is due of a version is not raised by its own failures, however little they weigh under the longest memory', () => {
  const parts = new Parts()
  parts.enrol(40, 20)
  const content = parts.give('content:falcon/291@2', range(0, 20), NOW - 300)
  const due = () => MEMORY_IDS.map((j) => parts.scales.expected(content, LOSS, FRESH, j))
  const before = due()
  for (const machine of range(0, 20))
    parts.fail({ machine, site: 0, classes: [LOSS], votes: [lateVote], has: [[content, 300]] })
  due().forEach((expected, j) => expect(expected).toBeCloseTo(before[j] ?? Number.NaN, 9))
  for (const j of MEMORY_IDS) expect(parts.scales.windowRisk(content, LOSS, FRESH, j)).toBeCloseTo(1, 6)
})
