import { beforeEach, describe, expect, test } from 'vitest'
import { Marks } from '../../src/detect/counts/marks.ts'
import { Decay, MEMORIES, MEMORY_IDS } from '../../src/detect/numbers/memory.ts'
import { ANY, FRESH, LEFT, WITHIN_DAY } from '../../src/detect/words/ages.ts'
import { APP, BOOT, CLASSES, CRASH, DRIVER_RULE, HARD, PER_BOOT, PER_TIME } from '../../src/detect/words/classes.ts'
import { classOf, isMark, markOf, ruleOf, unitOf } from '../../src/detect/words/subject.ts'
import { factId } from './ids.ts'
import { DAY, failure, HOUR, NOW, type Told } from './parts.ts'

const F = factId(1)
const MARK = markOf(CRASH, 'CSAgent.sys')

let decay: Decay
let marks: Marks

beforeEach(() => {
  decay = new Decay()
  decay.advance(NOW)
  marks = new Marks(decay)
})

const crash = (some: Told = {}) => failure({ mark: MARK, has: [[F, 600]], ...some })

describe('a mark', () => {
  test('is a culprit in one phase, whatever case it is written in', () => {
    expect(markOf(CRASH, 'csagent.SYS')).toEqual(MARK)
    expect(markOf(BOOT, 'csagent.sys').key).not.toBe(MARK.key)
    expect(MARK.culprit).toBe('csagent.sys')
  })

  test('may have any file for its culprit: nothing is read back out of its key', () => {
    const odd = markOf(APP, 'boot:run:app.exe')
    expect([odd.culprit, odd.phase]).toEqual(['boot:run:app.exe', APP])
  })

  test('is judged by the rule of drivers, and counted against boots where it crashed at one', () => {
    expect(ruleOf(MARK)).toBe(DRIVER_RULE)
    expect(ruleOf(HARD)).toBe(CLASSES[HARD])
    expect([unitOf(MARK), unitOf(markOf(BOOT, 'x')), unitOf(markOf(APP, 'x'))]).toEqual([PER_TIME, PER_BOOT, PER_TIME])
    expect([isMark(MARK), isMark(HARD), classOf(MARK), classOf(HARD)]).toEqual([true, false, CRASH, HARD])
  })
})

describe('crashes by mark', () => {
  test('count for each window of each fact that the machine had', () => {
    marks.add(crash(), 1)
    marks.add(crash({ machine: 2, has: [[F, 2 * HOUR]] }), 1)
    marks.add(crash({ machine: 3, has: [], had: [F] }), 1)
    const counted = [FRESH, WITHIN_DAY, ANY, LEFT].map((w) => marks.observed(MARK, F, w as 0 | 1 | 2 | 3, 1))
    expect(counted).toEqual([1, 2, 2, 1])
    expect(marks.total(MARK, 1)).toBeCloseTo(3, 9)
  })

  test('are apart by phase and culprit', () => {
    marks.add(crash(), 1)
    expect(marks.total(markOf(BOOT, 'csagent.sys'), 1)).toBe(0)
    expect(marks.total(markOf(CRASH, 'disk.sys'), 1)).toBe(0)
  })

  test('are forgotten by each memory in its time, and remembered for ever beside', () => {
    marks.add(crash({ weight: 0.5 }), 1)
    for (const j of MEMORY_IDS) {
      const factors = decay.advance(NOW + MEMORIES[j])
      if (factors) marks.rescale(factors)
      expect(marks.observed(MARK, F, ANY, j)).toBeCloseTo(0.5 / Math.E, 9)
      expect(marks.ever(MARK, j)).toBe(0.5)
      expect(marks.everWith(MARK, F, j)).toBe(0.5)
    }
  })

  test('are taken back as they were counted', () => {
    const record = crash()
    marks.add(record, 1)
    decay.advance(NOW + 600)
    marks.add(record, -1)
    for (const j of MEMORY_IDS) {
      expect(marks.total(MARK, j)).toBeCloseTo(0, 12)
      expect(marks.ever(MARK, j)).toBe(0)
    }
  })

  test('of a machine that crashed before the fact came do not speak against it', () => {
    // it crashed a day ago, and got the fact ten minutes ago
    marks.add(crash({ previousCrash: NOW - DAY }), 1)
    expect(marks.observed(MARK, F, ANY, 1)).toBe(0)
    expect(marks.total(MARK, 1)).toBeCloseTo(1, 9)
    // a crash of three weeks ago is another matter
    marks.add(crash({ machine: 2, previousCrash: NOW - 21 * DAY }), 1)
    expect(marks.observed(MARK, F, ANY, 1)).toBeCloseTo(1, 9)
  })

  test('without a mark, or without a vote, are none', () => {
    marks.add(crash({ mark: null }), 1)
    marks.add(crash({ classes: [] }), 1)
    expect(marks.total(MARK, 1)).toBe(0)
  })

  test('forget a fact that no machine has', () => {
    marks.add(crash(), 1)
    marks.clear(F)
    expect(marks.everWith(MARK, F, 1)).toBe(0)
    expect(marks.ever(MARK, 1)).toBe(1)
  })

  test('keep two thousand culprits, and let go of the one unseen for longest', () => {
    const of = (n: number) => markOf(APP, `program${n}.exe`)
    for (let n = 0; n < 2001; n++) marks.add(failure({ machine: n, mark: of(n), failedAt: NOW + n }), 1)
    expect(marks.ever(of(0), 1)).toBe(0)
    expect(marks.ever(of(1), 1)).toBe(1)
  })

  test('outlive a restart', () => {
    marks.add(crash(), 1)
    const again = new Marks(decay)
    again.load(structuredClone(marks.save()))
    for (const j of MEMORY_IDS) expect(again.observed(MARK, F, ANY, j)).toBe(marks.observed(MARK, F, ANY, j))
    expect(again.everWith(MARK, F, 1)).toBe(1)
  })
})
