import { beforeEach, describe, expect, test } from 'vitest'
import {
  type ExposedSample,
  exposedSample,
  findPartner,
  hasPart,
  isSparedWithout,
  type Partner,
} from '../../src/detect/suspects/partners.ts'
import { FactRegistry } from '../../src/detect/words/facts.ts'
import type { FailureRecord } from '../../src/detect/words/failure.ts'
import type { FactId } from '../../src/detect/words/ids.ts'
import { machineId } from './ids.ts'
import { failure, NOW, Parts, range } from './parts.ts'

let facts: FactRegistry
let suspect: FactId
let old: FactId
let patched: FactId

beforeEach(() => {
  facts = new FactRegistry()
  suspect = facts.intern('sensor:falcon@7.16')
  old = facts.intern('os:windows@19045.4529')
  patched = facts.intern('os:windows@19045.4651')
})

/** So many failures, each in a practice of its own, of machines with these facts. */
const failed = (count: number, having: readonly FactId[], from = 0): FailureRecord[] =>
  range(from, from + count).map((machine) => failure({ machine, has: having.map((fact) => [fact, 600] as const) }))

/** So many exposed practices, and in how many of them each fact is. */
const sample = (practices: number, weight: readonly (readonly [FactId, number])[]): ExposedSample => ({
  machines: practices,
  practices,
  weight: new Map(weight),
})

/** One cell's part of G: k ln(k/(n p)) + s ln(s/(S p)) with p = (k + s)/(n + S), as the method says it. */
function cell(k: number, n: number, s: number, S: number): number {
  const p = (k + s) / (n + S)
  const part = (x: number, of: number) => (x > 0 ? x * Math.log(x / (of * p)) : 0)
  return part(k, n) + part(s, S)
}

const half = () =>
  sample(20, [
    [old, 10],
    [patched, 10],
  ])

describe('the partner of a suspect', () => {
  test('is the version that only the failed have, by G less the price of having searched', () => {
    const partner = findPartner(facts, suspect, failed(10, [suspect, patched]), half())
    expect(partner).toMatchObject({ fact: patched, versions: [patched] })
    // one component was looked at, of two versions; beyond that e³ is asked
    const G = cell(10, 10, 10, 20) + cell(0, 10, 10, 20)
    expect(partner?.score).toBeCloseTo(G - 1 - Math.log(1) - 3, 9)
  })

  test('is none where failed and exposed are alike', () => {
    const both = [...failed(5, [suspect, patched]), ...failed(5, [suspect, old], 5)]
    expect(findPartner(facts, suspect, both, half())).toBeNull()
  })

  test('is found in what the failed lack, and then no version is named', () => {
    // every failed practice lacks the app that half the exposed have: there is nothing that they have together
    const app = facts.intern('app:emis@9')
    expect(findPartner(facts, suspect, failed(10, [suspect]), sample(20, [[app, 10]]))).toBeNull()
  })

  test('costs the logarithm of how many components were searched', () => {
    const known = [
      [old, 30],
      [patched, 30],
    ] as const
    const others = range(0, 7).map((i) => [facts.intern(`app:program${i}@1`), 30] as const)
    const records = failed(30, [suspect, patched])
    const one = findPartner(facts, suspect, records, sample(60, known))
    const eight = findPartner(facts, suspect, records, sample(60, [...known, ...others]))
    expect(one?.fact).toBe(eight?.fact)
    expect((one?.score ?? 0) - (eight?.score ?? 0)).toBeCloseTo(Math.log(8), 9)
  })

  test('costs a sensor’s version e³ more: its product explains as well', () => {
    const other = facts.intern('sensor:defender@4.18')
    const withSensor = (fact: FactId) =>
      findPartner(facts, suspect, failed(20, [suspect, fact]), sample(20, [[fact, 10]]))
    const app = facts.intern('app:emis@9')
    expect((withSensor(app)?.score ?? 0) - (withSensor(other)?.score ?? 0)).toBeCloseTo(3, 9)
  })

  test('has its other versions named too, where their machines fail at over half the average', () => {
    const third = facts.intern('os:windows@22631.3880')
    // of each 10 exposed: all fail with the patch, six with the third, none with the old one
    const records = [...failed(10, [suspect, patched]), ...failed(6, [suspect, third], 10)]
    const partner = findPartner(
      facts,
      suspect,
      records,
      sample(30, [
        [old, 10],
        [patched, 10],
        [third, 10],
      ]),
    )
    expect(partner?.fact).toBe(patched)
    expect(partner?.versions.toSorted((a, b) => a - b)).toEqual([patched, third].toSorted((a, b) => a - b))
  })

  test.each([
    ['is on nearly every exposed machine', 'os:windows@1', 19.5],
    ['is content, which changes by the hour', 'content:falcon/291@1', 10],
    ['is the suspect’s own component', 'sensor:falcon@7.15', 10],
  ])('is never one that %s', (_, key, weight) => {
    const fact = facts.intern(key)
    expect(findPartner(facts, suspect, failed(20, [suspect, fact]), sample(20, [[fact, weight]]))).toBeNull()
  })

  test('is not asked for with under three practices that failed, or under six exposed', () => {
    expect(findPartner(facts, suspect, failed(2, [suspect, patched]), half())).toBeNull()
    expect(
      findPartner(
        facts,
        suspect,
        failed(10, [suspect, patched]),
        sample(5, [
          [old, 4],
          [patched, 1],
        ]),
      ),
    ).toBeNull()
  })

  test('counts practices: a hundred machines of one say as much as one', () => {
    const one = failed(10, [suspect, patched])
    const many = [
      ...one,
      ...range(100, 200).map((machine) =>
        failure({
          machine,
          site: 0,
          has: [
            [suspect, 1],
            [patched, 1],
          ],
        }),
      ),
    ]
    expect(findPartner(facts, suspect, many, half())?.score).toBeCloseTo(
      findPartner(facts, suspect, one, half())?.score ?? 0,
      9,
    )
  })
})

describe('what was held to be the cause is the condition', () => {
  const condition = (): Partner => ({ fact: patched, versions: [patched], score: 20, share: 1 })
  const withIt = (practices: number) => sample(30, [[patched, practices]])

  test('where those that failed have it much more often than the exposed', () => {
    // G = 10 ln(10 / (10 p)) + 9 ln(9 / (30 p)) + 21 ln(21 / (30 (1 - p))), p = 19/40: 9.0, and e⁶ is asked
    expect(cell(10, 10, 9, 30) + cell(0, 10, 21, 30)).toBeGreaterThan(6)
    expect(hasPart(condition(), failed(10, [suspect, patched]), withIt(9))).toBe(true)
  })

  test('and not where they have it as often as the others, or less', () => {
    const seven = [...failed(7, [suspect, patched]), ...failed(3, [suspect, old], 7)]
    expect(hasPart(condition(), seven, withIt(24))).toBe(false)
    expect(hasPart(condition(), failed(10, [suspect, patched]), withIt(24))).toBe(false)
  })

  test('and is not doubted where too few are known', () => {
    expect(hasPart(condition(), failed(2, [suspect, old]), withIt(24))).toBe(true)
    expect(hasPart(condition(), failed(10, [suspect, old]), sample(5, [[patched, 4]]))).toBe(true)
  })
})

describe('the exposed are sampled', () => {
  let parts: Parts
  let fact: FactId
  const nobody = () => false
  const AS_NOW = { now: NOW, age: Number.POSITIVE_INFINITY }

  beforeEach(() => {
    parts = new Parts()
    // three practices of two
    parts.enrol(6, 2)
    fact = parts.give('sensor:falcon@7.16', range(0, 5), NOW - 600)
  })

  test('with each practice weighing one', () => {
    const os = parts.give('os:windows@1', [0, 2, 3])
    const found = exposedSample(parts.fleet, fact, AS_NOW, nobody, nobody)
    expect(found).toMatchObject({ machines: 5, practices: 3 })
    // half of the first practice, the whole of the second
    expect(found.weight.get(os)).toBe(1.5)
    expect(found.weight.get(fact)).toBe(3)
  })

  test('as they were when they were as old in it as those that failed: the well ones move on', () => {
    const before = parts.give('sensor:defend@1', [0, 1, 2], NOW - 7200)
    const after = parts.give('sensor:defend@2', [0, 1], NOW - 60)
    for (const m of [0, 1]) parts.fleet.lose(machineId(m), before, NOW - 60, NOW)
    const share = (age: number) => {
      const { weight } = exposedSample(parts.fleet, fact, { now: NOW, age }, nobody, nobody)
      return [weight.get(before), weight.get(after)]
    }
    expect(share(Number.POSITIVE_INFINITY)).toEqual([0.5, 1])
    expect(share(300)).toEqual([1.5, undefined])
  })

  test('without those that have it no longer, or have gone, unless they failed', () => {
    parts.fleet.lose(machineId(0), fact, NOW, NOW)
    parts.fleet.disconnect(machineId(1))
    parts.fleet.disconnect(machineId(2))
    const found = exposedSample(parts.fleet, fact, AS_NOW, (m) => m === 2, nobody)
    expect(found).toMatchObject({ machines: 3, practices: 2 })
  })

  test('without those whose failures are another incident’s', () => {
    expect(exposedSample(parts.fleet, fact, AS_NOW, nobody, (m) => m === 4)).toMatchObject({
      machines: 4,
      practices: 2,
    })
  })

  test('to see whether three are well without the partner', () => {
    const os = parts.give('os:windows@1', [0, 1])
    const partner = { fact: os, versions: [os], score: 9, share: 1 }
    expect(isSparedWithout(parts.fleet, fact, AS_NOW, partner, false)).toBe(true)
    parts.fleet.disconnect(machineId(2))
    expect(isSparedWithout(parts.fleet, fact, AS_NOW, partner, false)).toBe(false)
  })

  test('at boot: only those that have started since it came have been put to the test', () => {
    const os = parts.give('os:windows@1', [0, 1])
    const partner = { fact: os, versions: [os], score: 9, share: 1 }
    expect(isSparedWithout(parts.fleet, fact, AS_NOW, partner, true)).toBe(false)
    for (const m of [2, 3, 4]) parts.fleet.machines.bootAt[m] = NOW - 60
    expect(isSparedWithout(parts.fleet, fact, AS_NOW, partner, true)).toBe(true)
  })
})
