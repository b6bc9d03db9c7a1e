import { beforeEach, describe, expect, test } from 'vitest'
import { Baselines } from '../../src/detect/counts/baselines.ts'
import { Marks } from '../../src/detect/counts/marks.ts'
import { PRIOR_RATE } from '../../src/detect/counts/prior.ts'
import { Decay } from '../../src/detect/numbers/memory.ts'
import { ANY, FRESH, LEFT } from '../../src/detect/words/ages.ts'
import {
  ABSENT,
  BOOT,
  type ClassId,
  CRASH,
  NO_RETURN,
  PER_BOOT,
  PER_TIME,
  SERVICE,
} from '../../src/detect/words/classes.ts'
import { FactRegistry } from '../../src/detect/words/facts.ts'
import type { FactId } from '../../src/detect/words/ids.ts'
import { markOf } from '../../src/detect/words/subject.ts'
import { failure, NOW } from './parts.ts'

const J = 1
const YEARS = 1e9

let facts: FactRegistry
let baselines: Baselines
let content: FactId

beforeEach(() => {
  facts = new FactRegistry()
  baselines = new Baselines(facts)
  content = facts.intern('content:falcon/291@1')
})

const prior = (cls: ClassId) => PRIOR_RATE[cls]?.[J] ?? Number.NaN

describe('how often machines fail', () => {
  test('is at first what the prior says', () => {
    for (const cls of [CRASH, NO_RETURN, BOOT, ABSENT] as const)
      expect(baselines.rate(cls, J)).toBeCloseTo(prior(cls), 12)
  })

  test.each([
    [CRASH, 25],
    [SERVICE, 5],
    [NO_RETURN, 500],
    [ABSENT, 2000],
  ] as const)('is learned, the prior of class %i weighing as %i failures', (cls, weight) => {
    // as many failures as the prior weighs, in no more time: twice as often
    for (let n = 0; n < weight; n++) baselines.learnFailure(failure({ machine: n, classes: [cls] }), 1)
    expect(baselines.rate(cls, J) / prior(cls)).toBeCloseTo(2, 9)
  })

  test('is less where nothing happens for long', () => {
    baselines.learnExposure(PER_TIME, 25 / prior(CRASH))
    expect(baselines.rate(CRASH, J) / prior(CRASH)).toBeCloseTo(1 / 2, 9)
  })

  test('counts a vote by its weight, and forgets one that is taken back', () => {
    const half = failure({ weight: 0.5 })
    baselines.learnFailure(half, 1)
    expect(baselines.rate(CRASH, J) / prior(CRASH)).toBeCloseTo(25.5 / 25, 9)
    baselines.learnFailure(half, -1)
    expect(baselines.rate(CRASH, J) / prior(CRASH)).toBeCloseTo(1, 9)
  })
})

describe('how often after an update of a kind', () => {
  beforeEach(() => baselines.learnExposure(PER_TIME, YEARS))

  const ratio = (window: 0 | 1 | 2 | 3) => baselines.rateAfter(content, CRASH, window, J) / baselines.rate(CRASH, J)

  test('is (W + 3) / (E + 3/g), learned from all earlier ones', () => {
    const other = facts.intern('content:falcon/200@1')
    baselines.learnWindow(PER_TIME, other, FRESH, 1e8)
    for (let n = 0; n < 6; n++) baselines.learnFailure(failure({ machine: n, has: [[other, 300]] }), 1)
    const g = baselines.rate(CRASH, J)
    // the prior of crashes within 15 minutes of content is 0.96 of any other time
    expect(baselines.rateAfter(content, CRASH, FRESH, J)).toBeCloseTo((6 + 3) / (1e8 + 3 / (0.96 * g)), 15)
  })

  test('is never taken to be less than half of ever: no update makes machines twice as well', () => {
    baselines.learnWindow(PER_TIME, content, FRESH, YEARS * 1000)
    expect(ratio(FRESH)).toBe(0.5)
  })

  test('is that of ever for a fact of any age', () => {
    baselines.learnWindow(PER_TIME, content, ANY, YEARS)
    expect(ratio(ANY)).toBe(1)
  })

  test('of what left is learned from what left', () => {
    for (let n = 0; n < 30; n++) baselines.learnFailure(failure({ machine: n, had: [content] }), 1)
    expect(ratio(LEFT)).toBeGreaterThan(2)
    expect(ratio(FRESH)).toBeLessThan(2)
  })
})

describe('how often a culprit is named', () => {
  const mark = markOf(CRASH, 'csagent.sys')
  let marks: Marks
  beforeEach(() => {
    const decay = new Decay()
    decay.advance(NOW)
    marks = new Marks(decay)
    baselines.learnExposure(PER_TIME, YEARS)
    baselines.learnExposure(PER_BOOT, 1e6)
  })

  test('that was never seen is a fiftieth of all crashes, known by half a crash', () => {
    const unseen = baselines.rate(CRASH, J) * 0.02
    expect(baselines.markRate(marks, mark, J)).toBeCloseTo(0.5 / (YEARS + 0.5 / unseen), 18)
  })

  test('leaves out the crashes that it judges, and the time in which they came', () => {
    for (let n = 0; n < 10; n++) marks.add(failure({ machine: n, mark }), 1)
    const unseen = baselines.rate(CRASH, J) * 0.02
    const all = baselines.markRate(marks, mark, J)
    const without = baselines.markRate(marks, mark, J, { failures: 9, exposure: 1e8 })
    expect(all).toBeCloseTo(10.5 / (YEARS + 0.5 / unseen), 15)
    expect(without).toBeCloseTo(1.5 / (YEARS - 1e8 + 0.5 / unseen), 15)
  })

  test('at a boot is by the boot', () => {
    const atBoot = markOf(BOOT, 'csagent.sys')
    for (let n = 0; n < 10; n++) marks.add(failure({ machine: n, classes: [BOOT], mark: atBoot }), 1)
    const unseen = baselines.rate(BOOT, J) * 0.02
    expect(baselines.markRate(marks, atBoot, J)).toBeCloseTo(10.5 / (1e6 + 0.5 / unseen), 12)
  })
})
