import { expect, test } from 'vitest'
import { STEP_SECONDS } from '../../src/detect/fleet/exposure.ts'
import { MEMORIES, MEMORY_IDS } from '../../src/detect/numbers/memory.ts'
import { ANY, FRESH } from '../../src/detect/words/ages.ts'
import { APP, LOSS } from '../../src/detect/words/classes.ts'
import { markOf } from '../../src/detect/words/subject.ts'
import { machineId } from './ids.ts'
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

test('the controls of a crash with a culprit are who neither has the suspect nor had it lately', () => {
  const parts = new Parts()
  parts.enrol(40)
  const patch = parts.give('os:windows@19045.9', range(0, 20), NOW - 300)
  const mark = markOf(APP, 'emisweb.exe')
  for (const machine of range(0, 5)) parts.fleet.lose(machineId(machine), patch, NOW, NOW)
  for (let second = STEP_SECONDS; second <= 600; second += STEP_SECONDS) {
    parts.decay.advance(NOW + second)
    parts.fleet.step(NOW + second, () => {})
  }
  const { expected, controlsExpected } = parts.scales.compare(patch, mark, ANY, 1)
  // fifteen have it, five had it, twenty never; each count of time has a second more
  expect(controlsExpected / expected).toBeCloseTo(20 / 15, 1)
  expect(parts.scales.othersForEach(patch)).toBeCloseTo(20 / 15, 9)
})
