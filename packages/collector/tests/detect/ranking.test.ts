import { beforeEach, describe, expect, test } from 'vitest'
import { MEMORIES } from '../../src/detect/numbers/memory.ts'
import type { Candidate, Question } from '../../src/detect/suspects/candidate.ts'
import { rankSuspects } from '../../src/detect/suspects/ranking.ts'
import { ANY, FRESH, LEFT } from '../../src/detect/words/ages.ts'
import { BOOT, CRASH, HARD, LOSS, SITE } from '../../src/detect/words/classes.ts'
import type { FactId } from '../../src/detect/words/ids.ts'
import { markOf } from '../../src/detect/words/subject.ts'
import { machineId } from './ids.ts'
import { DAY, HOUR, MINUTE, NOW, Parts, range, type Told } from './parts.ts'

const MACHINES = 100
/** Minutes old on the machines that have it. */
const AGE = 300

let parts: Parts
let young: FactId
let old: FactId

beforeEach(() => {
  parts = new Parts()
  parts.enrol(MACHINES, 5)
  young = parts.give('driver:young.sys@2', range(0, 20), NOW - AGE)
  old = parts.give('driver:old.sys@1', range(0, MACHINES))
})

const question = (some: Partial<Question> = {}): Question => ({
  incident: 1,
  related: new Set(),
  open: new Set(),
  subject: CRASH,
  flagged: young,
  formerly: false,
  firstFailure: NOW - 60,
  ...some,
})

const rank = (some: Partial<Question> = {}, now = NOW) => rankSuspects(question(some), parts.evidence, parts, now)

/** Machine m has both; its failure is of now. */
const fail = (machine: number, some: Told = {}) =>
  parts.fail({
    machine,
    has: [
      [young, AGE],
      [old, Number.POSITIVE_INFINITY],
    ],
    ...some,
  })

const of = (ranking: ReturnType<typeof rank>, fact: FactId): Candidate | undefined =>
  ranking?.candidates.find((c) => c.fact === fact)

/** K ln(K/L) − (K − L). */
const gain = (k: number, l: number) => (k > l ? k * Math.log(k / l) - (k - l) : 0)

describe('a suspect’s score', () => {
  test('is the likelihood’s gain, the best over ages, and the logarithm of the prior', () => {
    for (const m of [0, 5, 10]) fail(m)
    const found = of(rank(), young)
    // what is expected is never nothing
    const rate = parts.scales.evenRate(CRASH, 1, young)
    const expected = (window: 0 | 1 | 2) => Math.max(1e-7, parts.scales.expectedEvenly(young, CRASH, window, 1, rate))
    const best = Math.max(...([0, 1, 2] as const).map((window) => gain(3, expected(window))))
    expect(found?.observed).toBeCloseTo(3, 9)
    expect(found?.expected).toBeCloseTo(expected(found?.window as 0 | 1 | 2), 12)
    expect(found?.prior).toBeCloseTo(Math.log(20), 9)
    expect(found?.score).toBeCloseTo(best + Math.log(20), 9)
  })

  test('weighs failures by their votes, decayed', () => {
    for (const m of [0, 5, 10]) fail(m, { weight: 0.5 })
    const later = rank({}, NOW + MEMORIES[1])
    // an hour later, under the memory of twelve
    expect(later?.j).toBe(2)
    expect(of(later, young)?.observed).toBeCloseTo(1.5 * Math.exp(-MEMORIES[1] / MEMORIES[2]), 9)
  })

  test('puts what changed minutes before above what was always there', () => {
    for (const m of [0, 5, 10]) fail(m)
    const ranking = rank()
    expect(ranking?.candidates.map((c) => c.fact)).toEqual([young, old])
    expect(ranking?.candidates[0]?.reasons).toEqual(['changed-minutes-before'])
  })

  test('counts failures outside the age at which the machines fail apart, where there are enough', () => {
    // four hours after the arrival, each within the same minute of it, on machines that have something newer
    parts = new Parts()
    parts.enrol(MACHINES, 5)
    const slow = parts.give('driver:slow.sys@1', range(0, 20), NOW - 4 * HOUR)
    const newer = parts.give('content:falcon/1@2', range(0, 60), NOW - 10 * MINUTE)
    for (const m of [0, 5, 10, 15])
      parts.fail({
        machine: m,
        has: [
          [slow, 4 * HOUR],
          [newer, 10 * MINUTE],
        ],
      })
    const ranking = rank({ flagged: slow })
    expect(of(ranking, slow)?.window).not.toBe(FRESH)
    expect(of(ranking, slow)?.score).toBeGreaterThan(0)
  })
})

describe('a suspect', () => {
  test('is on half of those that failed, at least', () => {
    const half = parts.give('app:half@1', [0, 5])
    const third = parts.give('app:third@1', [0])
    for (const m of [0, 5, 10, 15])
      fail(m, {
        has: [[young, AGE], ...(m <= 5 ? [[half, AGE] as const] : []), ...(m === 0 ? [[third, AGE] as const] : [])],
      })
    const ranking = rank()
    expect(of(ranking, half)?.covers).toBe(0.5)
    expect(of(ranking, third)).toBeUndefined()
  })

  test('that is a product which has long been there yields to a version of its own that came to most of them', () => {
    const scoreOfProduct = (came: number): number => {
      parts = new Parts()
      parts.enrol(MACHINES, 5)
      const product = parts.give('product:falcon', range(0, 60))
      const content = parts.give('content:falcon/291@2', range(0, 20), NOW - AGE)
      for (const [i, machine] of [0, 5, 10, 15].entries()) {
        const has: [FactId, number][] = [[product, Number.POSITIVE_INFINITY]]
        if (i < came) has.push([content, AGE])
        parts.fail({ machine, has })
      }
      return of(rank({ flagged: product }), product)?.score ?? Number.NaN
    }
    expect(scoreOfProduct(2) - scoreOfProduct(3)).toBeCloseTo(Math.log(40), 9)
  })

  test('is no fact that the fleet no longer has', () => {
    const never = parts.facts.intern('app:never@1')
    for (const m of [0, 5, 10])
      fail(m, {
        has: [
          [young, AGE],
          [never, AGE],
        ],
      })
    expect(of(rank(), never)).toBeUndefined()
  })

  test('may have left, and is then believed a twelfth', () => {
    const gone = parts.give('content:falcon/291@1', range(0, 20), NOW - HOUR)
    for (const m of range(0, 20)) parts.fleet.lose(machineId(m), gone, NOW - 60, NOW - 60)
    for (const m of [0, 5, 10]) fail(m, { had: [gone] })
    const found = of(rank({ flagged: gone, formerly: true }), gone)
    expect(found?.window).toBe(LEFT)
    expect(found?.reasons).toContain('already-gone')
    expect(found?.prior).toBeCloseTo(-Math.log(12 * 8), 9)
  })
})

describe('the failures that are looked at', () => {
  test('are two with the flagged fact, at least', () => {
    fail(0)
    expect(rank()).toBeNull()
    fail(5)
    expect(rank()).not.toBeNull()
  })

  test.each([
    ['crashes', CRASH],
    ['crashes at the start', BOOT],
  ] as const)('are all %s that bear a mark where those with the flagged fact bear it', (_, subject) => {
    const mark = markOf(subject, 'csagent.sys')
    const some = { classes: [subject], crashKind: 'bugcheck', culprit: 'csagent.sys', mark } as const
    const ranked = () => rank({ subject })
    for (const m of [0, 5, 10]) fail(m, some)
    // before the flagged fact came, and without it
    for (const m of [40, 45]) parts.fail({ machine: m, has: [[old, DAY]], ...some })
    expect(ranked()?.subject).toEqual(mark)
    expect(of(ranked(), old)?.observed).toBeCloseTo(5, 9)
    fail(15, { ...some, culprit: 'disk.sys', mark: markOf(subject, 'disk.sys') })
    expect(ranked()?.subject).toBe(subject)
  })

  test('are not those that another incident explains, but for one that blames the same component', () => {
    for (const m of [0, 5, 10]) fail(m)
    fail(15, { incident: 7, state: 'explained' })
    expect(rank()?.failures).toHaveLength(3)
    expect(rank({ related: new Set([7]) })?.failures).toHaveLength(4)
  })

  test('are not of a minute and more before the first', () => {
    for (const m of [0, 5, 10]) fail(m)
    expect(rank({ firstFailure: NOW + 60 })).toBeNull()
    expect(rank({ firstFailure: NOW + 59 })?.failures).toHaveLength(3)
  })

  test('of silence may show as unclean starts', () => {
    for (const m of [0, 5, 10]) fail(m, { classes: [HARD] })
    expect(rank({ subject: LOSS })).toMatchObject({ subject: HARD, j: 1 })
    expect(rank({ subject: BOOT })).toBeNull()
  })

  test('of a class in which few failed beside another do not decide: a practice cut off while an incident is open', () => {
    for (const m of range(0, 12)) fail(m, { classes: [LOSS], failedAt: NOW - 2 * HOUR })
    for (const m of [13, 14]) fail(m, { classes: [SITE] })
    const ranked = () => rank({ subject: LOSS, firstFailure: NOW - 2 * HOUR })?.subject
    expect(ranked()).toBe(LOSS)
    fail(15, { classes: [SITE] })
    expect(ranked()).toBe(SITE)
  })

  test('with a mark are those with that mark, and its owner is believed ten times more', () => {
    parts.facts.declareFile('csagent.sys', 'young.sys')
    const mark = markOf(CRASH, 'CSAgent.sys')
    for (const m of [0, 5, 10]) fail(m, { mark })
    fail(15, { mark: markOf(CRASH, 'other.sys') })
    const ranking = rank({ subject: mark })
    expect(ranking?.failures).toHaveLength(3)
    expect(of(ranking, young)?.reasons).toContain('owns-culprit-driver')
    expect(of(ranking, young)?.prior).toBeCloseTo(Math.log(20) + Math.log(10), 9)
  })

  test.each([
    [0.75 * HOUR - 60, 1],
    [8 * HOUR - 60, 2],
    [9 * HOUR, 3],
  ] as const)('are remembered longer the older the incident: %d s on, memory %i', (age, j) => {
    for (const m of [0, 5, 10]) fail(m)
    expect(rank({}, NOW + age)?.j).toBe(j)
  })
})

describe('the prior', () => {
  /** The prior of a version that came so long ago, on the machines and in the fleet, among three failures. */
  function priorOf(
    key: string,
    age: number,
    fleetAge = age,
  ): Pick<Candidate, 'prior' | 'reasons' | 'isNew'> | undefined {
    const arrived = (by: number) => (Number.isFinite(by) ? NOW - by : 0)
    const fact = parts.give(key, range(0, 20), arrived(age))
    if (fleetAge > age) parts.give(key, [50], arrived(fleetAge))
    for (const m of [0, 5, 10]) fail(m, { has: [[fact, age]] })
    return of(rank({ flagged: fact }), fact)
  }

  test.each([
    ['driver:x@1', 59 * MINUTE, 20, 'changed-minutes-before'],
    ['driver:x@1', 23 * HOUR, 8, 'changed-within-a-day'],
    ['driver:x@1', 2 * DAY, 3, 'changed-within-days'],
    ['sensor:x@1', 20 * DAY, 1 / 12, 'old-version'],
    ['product:x', Number.POSITIVE_INFINITY, 1 / 4, 'is-product'],
    ['model:x', Number.POSITIVE_INFINITY, 1, 'is-model'],
  ])('of %s, %d s old, is a factor of %f: %s', (key, age, factor, reason) => {
    const found = priorOf(key, age)
    expect(found?.prior).toBeCloseTo(Math.log(factor), 9)
    expect(found?.reasons).toContain(reason)
  })

  test('of what fails elsewhere is twenty times as high, and never more', () => {
    parts.facts.declareFailsElsewhere(['driver:x@1', 'driver:y@1'])
    const found = priorOf('driver:x@1', 59 * MINUTE)
    expect(found?.prior).toBeCloseTo(Math.log(20) + Math.log(20), 9)
    expect(found?.reasons).toContain('fails-elsewhere')
    // said anew: what is not said any more does not count any more
    parts.facts.declareFailsElsewhere(['driver:y@1'])
    expect(priorOf('driver:x@1', 59 * MINUTE)?.prior).toBeCloseTo(Math.log(20), 9)
  })

  test('of what is new on these machines and old in the fleet is none', () => {
    const found = priorOf('driver:x@1', 10 * MINUTE, 20 * DAY)
    expect(found?.prior).toBe(0)
    expect(found?.isNew).toBe(false)
  })

  test('of one of many content versions is less by their number, between eight and twenty', () => {
    for (let i = 0; i < 4; i++) parts.facts.intern(`content:x@v${i}`)
    expect(priorOf('content:x@v4', 10 * MINUTE)?.prior).toBeCloseTo(Math.log(20 / 8), 9)
    for (let i = 0; i < 40; i++) parts.facts.intern(`content:x@w${i}`)
    expect(of(rank({ flagged: parts.facts.intern('content:x@v4') }), parts.facts.intern('content:x@v4'))?.prior).toBe(0)
  })
})

describe('a version that left, and its successor', () => {
  let before: FactId
  let after: FactId

  /** Twenty machines had the one and got the other; twenty got the other alone. So many of each fail. */
  function replaced(failedOfBoth: number, failedOfOne: number): { gone: number; successor: number } {
    before = parts.give('sensor:x@1', range(0, 20), NOW - DAY)
    for (const m of range(0, 20)) parts.fleet.lose(machineId(m), before, NOW - 600, NOW - 600)
    after = parts.give('sensor:x@2', range(0, 40), NOW - 600)
    for (const m of range(0, failedOfBoth)) parts.fail({ machine: m, has: [[after, 600]], had: [before] })
    for (const m of range(20, 20 + failedOfOne)) parts.fail({ machine: m, has: [[after, 600]] })
    const ranking = rank({ flagged: before, formerly: true })
    return { gone: of(ranking, before)?.score ?? Number.NaN, successor: of(ranking, after)?.score ?? Number.NaN }
  }

  test('are told apart by machines that had only the one: where these fail alike, it is the successor', () => {
    const { gone, successor } = replaced(6, 6)
    expect(gone).toBeLessThanOrEqual(successor - Math.log(12) + 1e-9)
  })

  test('where none of these fail, it may be the one that left, by as much as the shares differ', () => {
    const { gone, successor } = replaced(10, 0)
    // 10 of 10 that failed had it, of 20 of the 40 that have the successor: the likelihood ratio of the two shares
    const p = (10 + 20) / (10 + 40)
    const ratio = 10 * Math.log(1 / p) + 20 * Math.log(20 / 40 / p) + 20 * Math.log(20 / 40 / (1 - p))
    expect(gone).toBeLessThanOrEqual(successor + ratio - Math.log(12) + 1e-9)
  })
})

test('the window of a fact that everybody always had is any age', () => {
  for (const m of [0, 5, 10]) fail(m)
  expect(of(rank(), old)?.window).toBe(ANY)
  expect(of(rank(), old)?.medianAge).toBe(Number.POSITIVE_INFINITY)
})
